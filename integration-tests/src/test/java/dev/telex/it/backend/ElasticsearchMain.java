/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.it.backend;

import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;

/**
 * The program of {@link ElasticsearchServer}'s process: one node, until the process is told to end.
 * By reflection, because the server is on no class path but that of this process.
 */
final class ElasticsearchMain {

  private static final String PACKAGE = "org.elasticsearch.";

  private ElasticsearchMain() {}

  /**
   * Runs a node.
   *
   * @param arguments the home, and settings as {@code key=value}
   */
  public static void main(String[] arguments) throws Exception {
    Path home = Path.of(arguments[0]);
    Object environment = environment(home, settings(arguments));
    Class<?> loader = type("plugins.PluginsLoader");
    Object modules = modules(loader, home.resolve("modules"));
    Object plugins =
        loader
            .getMethod("createPluginsLoader", Set.class, Set.class, Map.class, boolean.class)
            .invoke(null, modules, Set.of(), Map.of(), false);
    Object node =
        type("node.Node")
            .getConstructor(type("env.Environment"), loader)
            .newInstance(environment, plugins);
    node.getClass().getMethod("start").invoke(node);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> close((AutoCloseable) node)));
    new CountDownLatch(1).await();
  }

  private static Object modules(Class<?> loader, Path directory) throws Exception {
    try {
      return loader.getMethod("loadModulesBundles", Path.class).invoke(null, directory);
    } catch (NoSuchMethodException e) {
      // Elasticsearch 9 asks whether it is a stateless one.
      return loader
          .getMethod("loadModulesBundles", Path.class, boolean.class)
          .invoke(null, directory, false);
    }
  }

  private static Object settings(String[] arguments) throws Exception {
    Object builder = type("common.settings.Settings").getMethod("builder").invoke(null);
    for (int i = 0; i < arguments.length; i++) {
      String[] pair =
          i == 0 ? new String[] {"path.home", arguments[0]} : arguments[i].split("=", 2);
      builder
          .getClass()
          .getMethod("put", String.class, String.class)
          .invoke(builder, pair[0], pair[1]);
    }
    return builder.getClass().getMethod("build").invoke(builder);
  }

  private static Object environment(Path home, Object settings) throws Exception {
    type("common.logging.LogConfigurator").getMethod("configureESLogging").invoke(null);
    Supplier<String> name = () -> "telex";
    return type("node.InternalSettingsPreparer")
        .getMethod(
            "prepareEnvironment",
            type("common.settings.Settings"),
            Map.class,
            Path.class,
            Supplier.class)
        .invoke(null, settings, Map.of(), home.resolve("config"), name);
  }

  private static void close(AutoCloseable node) {
    try {
      node.close();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static Class<?> type(String name) throws ClassNotFoundException {
    return Class.forName(PACKAGE + name);
  }
}
