/** Small programs that show what Telex is for. */
@NullMarked
package dev.telex.examples;

import org.jspecify.annotations.NullMarked;
