/// Where the endpoints of a service are, where the configuration does not list them.
@NullMarked
package dev.weir.discover;

import org.jspecify.annotations.NullMarked;
