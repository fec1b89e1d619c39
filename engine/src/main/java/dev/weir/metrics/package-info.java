/// What is counted of the way of requests, and the page that tells it to Prometheus.
@NullMarked
package dev.weir.metrics;

import org.jspecify.annotations.NullMarked;
