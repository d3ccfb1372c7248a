/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.it;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.maven.model.Dependency;
import org.apache.maven.model.Model;
import org.apache.maven.model.io.xpp3.MavenXpp3Reader;
import org.codehaus.plexus.util.xml.pull.XmlPullParserException;

/** The modules of this build, as their poms stand on disk: a new one is in it by itself. */
record Reactor(Path root, Model parent, List<Reactor.Module> modules) {

  static final String GROUP = "dev.telex";

  /** Modules that are only built here, and never published. */
  static final Set<String> UNPUBLISHED = Set.of("examples", "benchmarks", "integration-tests");

  /** A module: the name of its directory, and its pom without what it inherits. */
  record Module(String name, Path dir, Model pom) {

    boolean isPlugin() {
      return name.startsWith("exporter-") && !name.equals("exporter-api");
    }

    boolean isPublished() {
      return !UNPUBLISHED.contains(name);
    }

    String artifactId() {
      return pom.getArtifactId();
    }

    /** What users of this module get on their class path. */
    List<Dependency> mainDependencies() {
      return pom.getDependencies().stream()
          .filter(dependency -> !Set.of("test", "provided").contains(scope(dependency)))
          .toList();
    }

    Path classes() {
      return dir.resolve("target/classes");
    }

    Path testClasses() {
      return dir.resolve("target/test-classes");
    }

    @Override
    public String toString() {
      return name;
    }

    private static String scope(Dependency dependency) {
      return Objects.requireNonNullElse(dependency.getScope(), "compile");
    }
  }

  static Reactor read() {
    Path root = Path.of("").toAbsolutePath().getParent();
    Model parent = readPom(root);
    List<Module> modules = new ArrayList<>();
    for (String name : parent.getModules()) {
      Path dir = root.resolve(name);
      modules.add(new Module(name, dir, readPom(dir)));
    }
    return new Reactor(root, parent, List.copyOf(modules));
  }

  private static Model readPom(Path dir) {
    try (Reader pom = Files.newBufferedReader(dir.resolve("pom.xml"))) {
      return new MavenXpp3Reader().read(pom);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (XmlPullParserException e) {
      throw new IllegalStateException(dir.resolve("pom.xml") + " is no pom", e);
    }
  }

  String version() {
    return parent.getVersion();
  }

  Module module(String name) {
    return modules.stream().filter(module -> module.name().equals(name)).findFirst().orElseThrow();
  }

  List<Module> plugins() {
    return modules.stream().filter(Module::isPlugin).toList();
  }

  /** The module that a dependency means, if it is one of ours. */
  Optional<Module> target(Dependency dependency) {
    return modules.stream()
        .filter(module -> GROUP.equals(dependency.getGroupId()))
        .filter(module -> module.artifactId().equals(dependency.getArtifactId()))
        .findFirst();
  }

  /** The names of all modules that come with a module, however far. */
  Set<String> reachable(Module from) {
    Set<String> reached = new TreeSet<>();
    Deque<Module> open = new ArrayDeque<>(List.of(from));
    while (!open.isEmpty()) {
      for (Dependency dependency : open.remove().mainDependencies()) {
        target(dependency).filter(module -> reached.add(module.name())).ifPresent(open::add);
      }
    }
    return reached;
  }
}
