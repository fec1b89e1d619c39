package dev.weir.balance;

/// A quantile of the last 128 numbers, from 0 up, always the present one at a constant cost: they are counted in steps, and the step that holds
/// the quantile moves with them. There are 16 steps from a number to its double, so that whole numbers up to 32 have each their own;
/// what is less than 2⁻¹⁰ counts as 0, and nothing is told apart above 2²¹. Confined to its thread; does not allocate.
final class RecentQuantile {
    private static final int WINDOW = 128;

    /// The bits of a float grow with it; without those that are finer than a step they are few.
    private static final int FINER_BITS = 19;

    private static final int LEAST = Float.floatToRawIntBits(0x1p-10f) >>> FINER_BITS;
    private static final int STEPS = (Float.floatToRawIntBits(0x1p21f) >>> FINER_BITS) - LEAST + 2;

    private final int[] counts = new int[STEPS];
    private final short[] window = new short[WINDOW];
    private final double share;
    private int next;
    private int filled;

    /// How many of the window have to be below the quantile at most.
    private int place;

    /// The step of the quantile, and how many are below it.
    private int at;

    private int below;

    /// @param share of the numbers that are not above the quantile, below 1
    RecentQuantile(double share) {
        this.share = share;
    }

    /// The step of a number; larger ones have larger steps, or the same.
    static int step(float number) {
        int step = (Float.floatToRawIntBits(number) >>> FINER_BITS) - LEAST + 1;
        return Math.min(Math.max(0, step), STEPS - 1);
    }

    /// @param step of the number
    void add(int step) {
        if (filled < WINDOW) {
            filled++;
            place = (int) (share * filled);
        } else {
            int oldest = window[next];
            counts[oldest]--;
            below -= oldest < at ? 1 : 0;
        }
        window[next] = (short) step;
        next = next + 1 & WINDOW - 1;
        counts[step]++;
        below += step < at ? 1 : 0;
        while (below > place) {
            below -= counts[--at];
        }
        while (below + counts[at] <= place) {
            below += counts[at++];
        }
    }

    /// The step that holds the quantile.
    int step() {
        return at;
    }

    /// The bits of the least float whose step is above the one that holds the quantile: a number is compared with it by its bits.
    int bitsAbove() {
        return at == STEPS - 1 ? Integer.MAX_VALUE : at + LEAST << FINER_BITS;
    }
}
