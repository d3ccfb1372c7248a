/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.it;

import eu.maveniverse.maven.mima.context.Context;
import eu.maveniverse.maven.mima.context.Runtimes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.maven.model.Dependency;
import org.apache.maven.model.DependencyManagement;
import org.apache.maven.model.Model;
import org.eclipse.aether.DefaultRepositorySystemSession;
import org.eclipse.aether.RepositoryException;
import org.eclipse.aether.artifact.Artifact;
import org.eclipse.aether.collection.CollectRequest;
import org.eclipse.aether.graph.DependencyNode;
import org.eclipse.aether.graph.DependencyVisitor;
import org.eclipse.aether.resolution.ArtifactDescriptorRequest;
import org.eclipse.aether.resolution.ArtifactDescriptorResult;
import org.eclipse.aether.util.graph.visitor.TreeDependencyVisitor;
import org.eclipse.aether.util.repository.SimpleArtifactDescriptorPolicy;

/**
 * The class paths that Maven would give to an application, by Maven's own resolver: "nearest, then
 * first". Reads poms only, from the workspace, then from the local repository, and downloads what
 * is missing as this build would.
 */
final class ClassPaths implements AutoCloseable {

  private final Workspace workspace;
  private final Context context;
  private final DefaultRepositorySystemSession session;
  private int consumers;

  ClassPaths(Workspace workspace) {
    this.workspace = workspace;
    this.context = Runtimes.INSTANCE.getRuntime().create(MavenOfThisBuild.settings());
    this.session = new DefaultRepositorySystemSession(context.repositorySystemSession());
    session.setWorkspaceReader(workspace);
    // A pom that cannot be read would leave out all that comes with it.
    session.setArtifactDescriptorPolicy(new SimpleArtifactDescriptorPolicy(false, false));
  }

  /** A dependency as an application declares it. */
  static Dependency dependency(String groupId, String artifactId, String version) {
    Dependency dependency = new Dependency();
    dependency.setGroupId(groupId);
    dependency.setArtifactId(artifactId);
    dependency.setVersion(version);
    return dependency;
  }

  /**
   * The class path of an application.
   *
   * @param bom its dependency management is imported, if it is not null
   * @param dependencies in the order of declaration
   * @return the version of each artifact, {@code group:artifact}
   */
  Map<String, String> of(Dependency bom, List<Dependency> dependencies) throws RepositoryException {
    Model application = new Model();
    application.setGroupId("com.example");
    application.setArtifactId("application");
    application.setVersion(String.valueOf(++consumers));
    application.setDependencies(dependencies);
    if (bom != null) {
      Dependency imported = bom.clone();
      imported.setType("pom");
      imported.setScope("import");
      DependencyManagement management = new DependencyManagement();
      management.addDependency(imported);
      application.setDependencyManagement(management);
    }
    return resolve(workspace.add(application));
  }

  /** What a pom manages, {@code group:artifact} to version, with what it imports. */
  Map<String, String> managedBy(String groupId, String artifactId, String version)
      throws RepositoryException {
    Model reader = new Model();
    reader.setGroupId("com.example");
    reader.setArtifactId("reader");
    reader.setVersion(String.valueOf(++consumers));
    Dependency imported = dependency(groupId, artifactId, version);
    imported.setType("pom");
    imported.setScope("import");
    DependencyManagement management = new DependencyManagement();
    management.addDependency(imported);
    reader.setDependencyManagement(management);
    Map<String, String> managed = new TreeMap<>();
    for (org.eclipse.aether.graph.Dependency one :
        describe(workspace.add(reader)).getManagedDependencies()) {
      managed.put(key(one.getArtifact()), one.getArtifact().getVersion());
    }
    return managed;
  }

  private ArtifactDescriptorResult describe(Artifact artifact) throws RepositoryException {
    ArtifactDescriptorResult result =
        context
            .repositorySystem()
            .readArtifactDescriptor(
                session, new ArtifactDescriptorRequest(artifact, context.remoteRepositories(), ""));
    if (!result.getExceptions().isEmpty()) {
      throw new IllegalStateException("cannot read " + artifact, result.getExceptions().get(0));
    }
    return result;
  }

  private Map<String, String> resolve(Artifact application) throws RepositoryException {
    ArtifactDescriptorResult described = describe(application);
    CollectRequest request = new CollectRequest();
    request.setRootArtifact(application);
    request.setDependencies(described.getDependencies());
    request.setManagedDependencies(described.getManagedDependencies());
    request.setRepositories(context.remoteRepositories());
    DependencyNode root =
        context.repositorySystem().collectDependencies(session, request).getRoot();
    Map<String, String> versions = new TreeMap<>();
    List<String> twice = new ArrayList<>();
    root.accept(
        new TreeDependencyVisitor(
            new DependencyVisitor() {
              @Override
              public boolean visitEnter(DependencyNode node) {
                if (node != root) {
                  Artifact artifact = node.getArtifact();
                  String other = versions.put(key(artifact), artifact.getVersion());
                  if (other != null && !other.equals(artifact.getVersion())) {
                    twice.add(artifact + " and " + other);
                  }
                }
                return true;
              }

              @Override
              public boolean visitLeave(DependencyNode node) {
                return true;
              }
            }));
    if (!twice.isEmpty()) {
      throw new IllegalStateException("resolved to two versions: " + twice);
    }
    return versions;
  }

  private static String key(Artifact artifact) {
    return artifact.getGroupId() + ":" + artifact.getArtifactId();
  }

  @Override
  public void close() {
    context.close();
  }
}
