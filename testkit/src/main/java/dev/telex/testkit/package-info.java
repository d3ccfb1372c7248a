/**
 * What tests of exporters and of chains need, for the plugins of Telex and for anybody's.
 *
 * <p>{@link dev.telex.testkit.ExporterContract} holds an exporter to the contract of the SPI.
 * {@link dev.telex.testkit.FaultServer} is a server that fails on demand, {@link
 * dev.telex.testkit.RecordingExporter} an exporter that records, and {@link
 * dev.telex.testkit.VirtualScheduler} a scheduler whose time stands still.
 *
 * <p>{@code junit-jupiter-api} comes with this artifact. Its version is yours to choose, from 5.9:
 * import the {@code junit-bom}, which keeps it and the engine together.
 */
@NullMarked
package dev.telex.testkit;

import org.jspecify.annotations.NullMarked;
