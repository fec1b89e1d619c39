package dev.weir.bench.soak;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// What Weir's process holds while it has nothing to do. Immutable.
///
/// @param heapKib used after full collections
/// @param directKib memory outside the heap that Java code asked for ("Other" of native memory tracking)
/// @param residentKib of the process
record Footprint(int descriptors, int threads, long heapKib, long directKib, long residentKib) {
    /// The JVM may open or close a file of its own; a socket that is lost is lost again and again.
    private static final int MORE_DESCRIPTORS = 2;

    /// Threads of the JVM's own come and go: compilers, attach listener.
    private static final int MORE_THREADS = 6;

    /// What compiled code and class data of rare paths may add to the heap.
    private static final long MORE_HEAP_KIB = 6 << 10;

    /// Netty's pool keeps its last chunks: 4 MiB for each loop, and one to spare.
    private static final long MORE_DIRECT_KIB = 16 << 10;

    /// Code cache, metaspace and malloc's own keeping, beside the direct memory.
    private static final long MORE_RESIDENT_KIB = 64 << 10;

    private static final Pattern USED = Pattern.compile("used (\\d+)K");
    private static final Pattern OTHER =
            Pattern.compile("Other \\(reserved=\\d+KB, committed=(\\d+)KB\\)");

    /// The serial collector moves everything only every fourth time, and else leaves gaps of up to 5 % of the old generation.
    private static final int COLLECTIONS = 4;

    /// Measures now, after full collections.
    static Footprint of(WeirProcess weir) throws IOException {
        long heap = Long.MAX_VALUE;
        for (int i = 0; i < COLLECTIONS; i++) {
            weir.diagnose("GC.run");
            heap = Math.min(heap, heapKib(weir));
        }
        Matcher other = OTHER.matcher(weir.diagnose("VM.native_memory", "summary"));
        long direct = other.find() ? Long.parseLong(other.group(1)) : 0;
        return new Footprint(
                descriptors(weir.pid()),
                (int) status(weir.pid(), "Threads"),
                heap,
                direct,
                residentKib(weir.pid()));
    }

    private static long heapKib(WeirProcess weir) throws IOException {
        long heap = 0;
        for (String line : weir.diagnose("GC.heap_info").lines().toList()) {
            Matcher used = USED.matcher(line);
            if (!line.contains("Metaspace") && !line.contains("class space") && used.find()) {
                heap += Long.parseLong(used.group(1));
            }
        }
        return heap;
    }

    static int descriptors(long pid) throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc/" + pid + "/fd"))) {
            return (int) open.count();
        }
    }

    static long residentKib(long pid) throws IOException {
        return status(pid, "VmRSS");
    }

    /// Processor time that the process has used, in milliseconds.
    static long processorMillis(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
        String[] words = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        // Fields 14 and 15 of proc(5), in hundredths of a second; the third is the first word here.
        return (Long.parseLong(words[11]) + Long.parseLong(words[12])) * 10;
    }

    /// What has not returned to the baseline, a sentence each.
    List<String> beyond(Footprint baseline) {
        List<String> objections = new ArrayList<>();
        compare(objections, "descriptors", baseline.descriptors, descriptors, MORE_DESCRIPTORS);
        compare(objections, "threads", baseline.threads, threads, MORE_THREADS);
        compare(objections, "heap KiB", baseline.heapKib, heapKib, MORE_HEAP_KIB);
        compare(objections, "direct KiB", baseline.directKib, directKib, MORE_DIRECT_KIB);
        compare(objections, "resident KiB", baseline.residentKib, residentKib, MORE_RESIDENT_KIB);
        return objections;
    }

    private static void compare(
            List<String> objections, String what, long before, long after, long more) {
        if (after > before + more) {
            objections.add(
                    "%s: %d, at the baseline %d (may grow by %d)"
                            .formatted(what, after, before, more));
        }
    }

    private static long status(long pid, String name) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
            if (line.startsWith(name + ":")) {
                return Long.parseLong(line.replaceAll("[^0-9]", ""));
            }
        }
        throw new IOException("/proc says no " + name);
    }
}
