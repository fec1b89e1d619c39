package dev.weir.bench.soak;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// Draws the requests of mixed traffic: of a hundred about 70 are small GETs, POSTs and PUTs on kept connections,
/// the others large, slow, pipelined, broken off or such that Weir must refuse them. The same seed draws the same requests.
/// Confined to one thread.
final class Mix {
    private static final int SMALL = 2 << 10;
    private static final int MIDDLE = 32 << 10;
    private static final int LARGE = 300 << 10;

    private final String prefix;
    private final SplittableRandom random;
    private int number;

    /// @param prefix of the ids
    Mix(String prefix, SplittableRandom random) {
        this.prefix = prefix;
        this.random = random;
    }

    /// What is sent next on one connection: one request, or several that are pipelined.
    List<Ask> next() {
        int draw = random.nextInt(1000);
        if (draw < 480) {
            return List.of(get(Ask.Way.PLAIN, random.nextInt(SMALL)));
        } else if (draw < 530) {
            return List.of(get(Ask.Way.PLAIN, SMALL + random.nextInt(LARGE)));
        } else if (draw < 590) {
            return List.of(bodiless("HEAD"));
        } else if (draw < 610) {
            return List.of(bodiless("DELETE"));
        } else if (draw < 850) {
            return List.of(withBody());
        } else if (draw < 890) {
            return pipelined();
        } else if (draw < 930) {
            return List.of(get(Ask.Way.CLOSE, random.nextInt(SMALL)));
        } else if (draw < 940) {
            return List.of(get(Ask.Way.SLOW_READER, LARGE / 2));
        } else if (draw < 950) {
            return List.of(get(Ask.Way.CUT_ANSWER, LARGE));
        } else if (draw < 960) {
            return List.of(with(Ask.Way.CUT_REQUEST, path(), MIDDLE, false));
        } else if (draw < 965) {
            return List.of(with(Ask.Way.HALF_CLOSE, path(), MIDDLE, false));
        } else {
            return List.of(refused(draw));
        }
    }

    /// A request of the mix's own numbering.
    Ask get(Ask.Way way, long answer) {
        return new Ask(id(), way, "GET", path(), -1, false, answer, random.nextInt(4) == 0, 0);
    }

    private List<Ask> pipelined() {
        List<Ask> asks = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            asks.add(get(Ask.Way.PIPELINED, random.nextInt(SMALL)));
        }
        return asks;
    }

    private Ask bodiless(String method) {
        return new Ask(
                id(), Ask.Way.PLAIN, method, path(), -1, false, random.nextInt(SMALL), false, 0);
    }

    private Ask withBody() {
        String[] methods = {"POST", "POST", "PUT", "PATCH"};
        String method = methods[random.nextInt(methods.length)];
        int size = random.nextInt(20) == 0 ? LARGE : random.nextInt(MIDDLE);
        return new Ask(
                id(),
                Ask.Way.PLAIN,
                method,
                path(),
                size,
                random.nextBoolean(),
                random.nextInt(SMALL),
                random.nextInt(4) == 0,
                0);
    }

    private Ask refused(int draw) {
        return switch (draw % 3) {
            case 0 -> with(Ask.Way.TWO_FRAMINGS, path(), SMALL, true);
            case 1 -> with(Ask.Way.TOO_LARGE, "/small/" + id(), Ask.SMALL_LIMIT + 1, false);
            default -> with(Ask.Way.OVERFLOW, "/small/" + id(), 2 * Ask.SMALL_LIMIT, true);
        };
    }

    private Ask with(Ask.Way way, String path, long body, boolean chunked) {
        return new Ask(id(), way, "POST", path, body, chunked, SMALL, false, 0);
    }

    private String path() {
        return (random.nextInt(10) < 7 ? "/work/" : "/lies/") + prefix + "-" + number;
    }

    private String id() {
        number++;
        return prefix + "-" + number;
    }
}
