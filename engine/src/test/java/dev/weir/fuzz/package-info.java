/// Fuzz targets: each reads an input by the code of a room and once more by a slow, plain reading written from the RFC
/// and the Javadoc, and asks that both say the same. `bench/fuzz` runs them for long, [dev.weir.fuzz.CorpusReplayTest]
/// replays the committed inputs in every build. The plain readings share no code with what they check.
///
/// An input's first byte holds choices, mostly a digit; what it means stands over each target. The rest is the text as it
/// comes over the wire.
package dev.weir.fuzz;
