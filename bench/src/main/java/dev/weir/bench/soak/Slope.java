package dev.weir.bench.soak;

import java.util.ArrayList;
import java.util.List;

/// A quantity over time, sampled, and the slope of its second half. Confined to one thread.
final class Slope {
    private final List<Sample> samples = new ArrayList<>();

    private record Sample(double minutes, double amount) {}

    void add(double minutes, double amount) {
        samples.add(new Sample(minutes, amount));
    }

    /// Of the least-squares line through the second half of the samples; 0 for less than three.
    double perMinute() {
        List<Sample> half = samples.subList(samples.size() / 2, samples.size());
        if (half.size() < 3) {
            return 0;
        }
        double x = half.stream().mapToDouble(Sample::minutes).average().orElse(0);
        double y = half.stream().mapToDouble(Sample::amount).average().orElse(0);
        double covariance = 0;
        double variance = 0;
        for (Sample sample : half) {
            covariance += (sample.minutes - x) * (sample.amount - y);
            variance += (sample.minutes - x) * (sample.minutes - x);
        }
        return variance == 0 ? 0 : covariance / variance;
    }

    double most() {
        return samples.stream().mapToDouble(Sample::amount).max().orElse(0);
    }
}
