/// A small HTTP endpoint to try things with: it answers, and can be told to be slow, to fail and to hang.
@NullMarked
package dev.weir.cli.endpoint;

import org.jspecify.annotations.NullMarked;
