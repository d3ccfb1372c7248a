/**
 * What tests of exporters and of chains need, for the plugins of Telex and for anybody's: an
 * exporter that records, a server that fails on demand, and a scheduler whose time stands still.
 */
@NullMarked
package dev.telex.testkit;

import org.jspecify.annotations.NullMarked;
