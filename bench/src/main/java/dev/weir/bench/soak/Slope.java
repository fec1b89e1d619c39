package dev.weir.bench.soak;

import java.util.ArrayList;
import java.util.List;

/// Resident memory over time, sampled, and the slope of its second half. Confined to one thread.
final class Slope {
    private final List<Sample> samples = new ArrayList<>();

    private record Sample(double minutes, double mebibytes) {}

    void add(double minutes, double mebibytes) {
        samples.add(new Sample(minutes, mebibytes));
    }

    /// Of the least-squares line through the second half of the samples, in MiB per minute; 0 for less than three.
    double mebibytesPerMinute() {
        List<Sample> half = samples.subList(samples.size() / 2, samples.size());
        if (half.size() < 3) {
            return 0;
        }
        double x = half.stream().mapToDouble(Sample::minutes).average().orElse(0);
        double y = half.stream().mapToDouble(Sample::mebibytes).average().orElse(0);
        double covariance = 0;
        double variance = 0;
        for (Sample sample : half) {
            covariance += (sample.minutes - x) * (sample.mebibytes - y);
            variance += (sample.minutes - x) * (sample.minutes - x);
        }
        return variance == 0 ? 0 : covariance / variance;
    }

    double most() {
        return samples.stream().mapToDouble(Sample::mebibytes).max().orElse(0);
    }
}
