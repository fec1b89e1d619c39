package dev.weir.http;

public final class PathNormaliser {
    private PathNormaliser() {}

    public static int normalise(byte[] bytes, int from, int to, boolean mergeSlashes) {
        return to;
    }
}
