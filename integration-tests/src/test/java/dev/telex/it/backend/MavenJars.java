/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.it.backend;

import dev.telex.it.MavenOfThisBuild;
import eu.maveniverse.maven.mima.context.Context;
import eu.maveniverse.maven.mima.context.Runtimes;
import java.nio.file.Path;
import java.util.List;
import org.eclipse.aether.RepositoryException;
import org.eclipse.aether.artifact.DefaultArtifact;
import org.eclipse.aether.collection.CollectRequest;
import org.eclipse.aether.graph.Dependency;
import org.eclipse.aether.resolution.DependencyRequest;
import org.eclipse.aether.util.filter.ScopeDependencyFilter;

/**
 * Jars of a server from Maven, with all that they need to run: not in the pom, where they would
 * stand on the class path of the tests.
 */
final class MavenJars {

  private MavenJars() {}

  /**
   * The jar of an artifact and those of its dependencies at run time.
   *
   * @param coordinates {@code group:artifact:version}
   */
  static List<Path> of(String coordinates) {
    try (Context context = Runtimes.INSTANCE.getRuntime().create(MavenOfThisBuild.settings())) {
      CollectRequest request = new CollectRequest();
      request.setRoot(new Dependency(new DefaultArtifact(coordinates), "runtime"));
      request.setRepositories(context.remoteRepositories());
      return context
          .repositorySystem()
          .resolveDependencies(
              context.repositorySystemSession(),
              new DependencyRequest(request, new ScopeDependencyFilter("test", "provided")))
          .getArtifactResults()
          .stream()
          .map(result -> result.getArtifact().getFile().toPath())
          .toList();
    } catch (RepositoryException e) {
      throw new IllegalStateException("cannot get " + coordinates, e);
    }
  }
}
