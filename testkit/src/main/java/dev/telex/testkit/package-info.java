/**
 * What tests of exporters and of chains need, for the plugins of Telex and for anybody's.
 *
 * <p>{@link dev.telex.testkit.ExporterContract} holds an exporter to the contract of the SPI.
 * {@link dev.telex.testkit.FaultServer} is a server that fails on demand, {@link
 * dev.telex.testkit.RecordingExporter} an exporter that records, and {@link
 * dev.telex.testkit.VirtualScheduler} a scheduler whose time stands still.
 *
 * <p>{@code junit-jupiter-api} comes with this artifact; its version is yours to choose.
 */
@NullMarked
package dev.telex.testkit;

import org.jspecify.annotations.NullMarked;
