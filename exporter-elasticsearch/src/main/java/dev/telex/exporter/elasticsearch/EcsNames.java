/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.elasticsearch;

import java.util.Map;

/**
 * Names of OpenTelemetry and what they are called in ECS, as the Collector's exporter has it; the
 * empty text for those that are left out, because other fields are made of them.
 */
final class EcsNames {

  static final Map<String, String> RESOURCE =
      Map.ofEntries(
          Map.entry("service.instance.id", "service.node.name"),
          Map.entry("deployment.environment", "service.environment"),
          Map.entry("deployment.environment.name", "service.environment"),
          Map.entry("telemetry.sdk.name", ""),
          Map.entry("telemetry.sdk.language", ""),
          Map.entry("telemetry.sdk.version", ""),
          Map.entry("telemetry.distro.name", ""),
          Map.entry("telemetry.distro.version", ""),
          Map.entry("cloud.platform", "cloud.service.name"),
          Map.entry("container.image.tags", "container.image.tag"),
          Map.entry("host.arch", "host.architecture"),
          Map.entry("process.executable.path", "process.executable"),
          Map.entry("process.runtime.name", "service.runtime.name"),
          Map.entry("process.runtime.version", "service.runtime.version"),
          Map.entry("os.name", "host.os.name"),
          Map.entry("os.type", "host.os.platform"),
          Map.entry("os.description", "host.os.full"),
          Map.entry("os.version", "host.os.version"),
          Map.entry("k8s.deployment.name", "kubernetes.deployment.name"),
          Map.entry("k8s.namespace.name", "kubernetes.namespace"),
          Map.entry("k8s.node.name", "kubernetes.node.name"),
          Map.entry("k8s.pod.name", "kubernetes.pod.name"),
          Map.entry("k8s.pod.uid", "kubernetes.pod.uid"),
          Map.entry("k8s.job.name", "kubernetes.job.name"),
          Map.entry("k8s.cronjob.name", "kubernetes.cronjob.name"),
          Map.entry("k8s.statefulset.name", "kubernetes.statefulset.name"),
          Map.entry("k8s.replicaset.name", "kubernetes.replicaset.name"),
          Map.entry("k8s.daemonset.name", "kubernetes.daemonset.name"),
          Map.entry("k8s.container.name", "kubernetes.container.name"),
          Map.entry("k8s.cluster.name", "orchestrator.cluster.name"));

  static final Map<String, String> RECORD =
      Map.of(
          "event.name", "event.action",
          "exception.message", "error.message",
          "exception.stacktrace", "error.stack_trace",
          "exception.type", "error.type");

  private EcsNames() {}
}
