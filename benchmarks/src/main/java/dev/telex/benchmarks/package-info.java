/** JMH benchmarks of Telex beside its peers. */
@NullMarked
package dev.telex.benchmarks;

import org.jspecify.annotations.NullMarked;
