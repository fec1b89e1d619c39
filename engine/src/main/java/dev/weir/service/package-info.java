/// What routes point at: a service and its endpoints, with the state that outlives a configuration.
@NullMarked
package dev.weir.service;

import org.jspecify.annotations.NullMarked;
