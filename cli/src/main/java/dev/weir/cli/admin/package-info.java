/// Verbs that ask and steer a running gateway through its admin API: `status`, `top`, `log`, `drain`, `reload`, `stop`.
@NullMarked
package dev.weir.cli.admin;

import org.jspecify.annotations.NullMarked;
