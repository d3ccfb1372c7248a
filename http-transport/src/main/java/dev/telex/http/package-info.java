/**
 * HTTP for exporters: POSTs a payload and hands the answer to the plugin, which maps it to a result
 * by the rules of its protocol.
 *
 * <p>{@link dev.telex.http.HttpTransport} knows what is the same for every HTTP backend: limits,
 * timeouts, cancellation, headers, and what a connection that breaks means. It neither retries nor
 * follows redirects.
 */
@NullMarked
package dev.telex.http;

import org.jspecify.annotations.NullMarked;
