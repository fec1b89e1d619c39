package dev.weir.balance;

/// A quantile of the last 128 numbers, as of the last 32 of them. Confined to its thread; does not allocate.
final class RecentQuantile {
    private static final int WINDOW = 128;
    private static final int EVERY = 32;

    private final double[] window = new double[WINDOW];
    private final double[] scratch = new double[WINDOW];
    private final double share;
    private int count;
    private double value = Double.POSITIVE_INFINITY;

    /// @param share of the numbers that are not above the quantile, below 1
    RecentQuantile(double share) {
        this.share = share;
    }

    void add(double number) {
        window[count++ & WINDOW - 1] = number;
        if (count % EVERY == 0) {
            int filled = count < 0 ? WINDOW : Math.min(count, WINDOW);
            System.arraycopy(window, 0, scratch, 0, filled);
            value = select(scratch, filled, (int) (share * filled));
        }
    }

    /// Infinite as long as there is none.
    double value() {
        return value;
    }

    /// The number that would stand at a place if they were sorted (C. A. R. Hoare, FIND, 1961).
    private static double select(double[] numbers, int length, int place) {
        int low = 0;
        int high = length - 1;
        while (low < high) {
            double pivot = numbers[place];
            int i = low;
            int j = high;
            while (i <= j) {
                while (numbers[i] < pivot) {
                    i++;
                }
                while (pivot < numbers[j]) {
                    j--;
                }
                if (i <= j) {
                    double swapped = numbers[i];
                    numbers[i++] = numbers[j];
                    numbers[j--] = swapped;
                }
            }
            if (j < place) {
                low = i;
            }
            if (place < i) {
                high = j;
            }
        }
        return numbers[place];
    }
}
