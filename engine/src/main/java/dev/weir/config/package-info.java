/// From a file's text to problems, or to a configuration.
@NullMarked
package dev.weir.config;

import org.jspecify.annotations.NullMarked;
