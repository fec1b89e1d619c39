package dev.weir.bench;

import static org.assertj.core.api.Assertions.assertThatCode;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The benchmarks find what they are to measure; how fast is for a quiet machine.
class RouteBenchTest {
    @ParameterizedTest
    @EnumSource(RouteBench.Shape.class)
    void findsEveryRouteThatItWillAskFor(RouteBench.Shape shape) {
        RouteBench bench = new RouteBench();
        bench.routes = 1000;
        bench.shape = shape;
        assertThatCode(bench::fill).doesNotThrowAnyException();
    }
}
