/// JSON Web Tokens: who is the caller, and may they.
@NullMarked
package dev.weir.filter.jwt;

import org.jspecify.annotations.NullMarked;
