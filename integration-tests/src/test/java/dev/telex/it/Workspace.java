/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.it;

import dev.telex.it.Reactor.Module;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.maven.model.Model;
import org.apache.maven.model.io.xpp3.MavenXpp3Writer;
import org.eclipse.aether.artifact.Artifact;
import org.eclipse.aether.artifact.DefaultArtifact;
import org.eclipse.aether.repository.WorkspaceReader;
import org.eclipse.aether.repository.WorkspaceRepository;
import org.eclipse.aether.util.artifact.ArtifactIdUtils;

/**
 * Poms that are taken from disk before any repository is asked: the reactor's, and made-up ones.
 */
final class Workspace implements WorkspaceReader {

  private final WorkspaceRepository repository = new WorkspaceRepository("reactor");
  private final Map<String, Path> poms = new HashMap<>();
  private final Path dir;

  Workspace(Reactor reactor, Path dir) {
    this.dir = dir;
    put(reactor.parent().getArtifactId(), reactor.version(), reactor.root());
    for (Module module : reactor.modules()) {
      put(module.artifactId(), reactor.version(), module.dir());
    }
  }

  private void put(String artifactId, String version, Path moduleDir) {
    poms.put(key(Reactor.GROUP, artifactId, version), moduleDir.resolve("pom.xml"));
  }

  /** Adds a pom that is in no repository, and gives its artifact. */
  Artifact add(Model pom) {
    pom.setModelVersion("4.0.0");
    String key = key(pom.getGroupId(), pom.getArtifactId(), pom.getVersion());
    Path file = dir.resolve(pom.getArtifactId() + "-" + pom.getVersion() + ".pom");
    try (Writer out = Files.newBufferedWriter(file)) {
      new MavenXpp3Writer().write(out, pom);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    poms.put(key, file);
    return new DefaultArtifact(key);
  }

  private static String key(String groupId, String artifactId, String version) {
    return ArtifactIdUtils.toId(groupId, artifactId, "pom", "", version);
  }

  @Override
  public WorkspaceRepository getRepository() {
    return repository;
  }

  @Override
  public File findArtifact(Artifact artifact) {
    // Only poms: jars are not needed to see what would be on a class path.
    Path pom = poms.get(ArtifactIdUtils.toId(artifact));
    return pom == null ? null : pom.toFile();
  }

  @Override
  public List<String> findVersions(Artifact artifact) {
    return List.of();
  }
}
