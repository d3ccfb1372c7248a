/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** Compiles providers into real jars, and loads those as an application would. */
final class PluginJars implements AutoCloseable {

  private static final String SERVICES = "META-INF/services/dev.telex.exporter.ExporterProvider";

  private final Path dir;
  private final List<URL> jars = new ArrayList<>();
  private final List<URLClassLoader> loaders = new ArrayList<>();

  PluginJars(Path dir) {
    this.dir = dir;
  }

  /** A jar with a sound provider. */
  PluginJars plugin(String className, String exporterName) throws IOException {
    return jar(Map.of(className, provider(className, "", exporterName)), className);
  }

  /** A jar whose provider does something in its constructor. */
  PluginJars pluginThatConstructs(String className, String constructorBody) throws IOException {
    return jar(Map.of(className, provider(className, constructorBody, className)), className);
  }

  /** A jar whose provider answers with an expression for its name. */
  PluginJars pluginNamedBy(String className, String nameExpression) throws IOException {
    String source =
        provider(className, "", "NAME")
            .replace("return \"NAME\";", "return " + nameExpression + ";");
    return jar(Map.of(className, source), className);
  }

  /** A jar with several providers, named from 1, that have no name. */
  PluginJars pluginsWithoutAName(String className, int count) throws IOException {
    StringBuilder source = new StringBuilder();
    StringBuilder services = new StringBuilder();
    source.append(
        provider(className, "", "NAME")
            .replace("return \"NAME\";", "return null;")
            .stripTrailing());
    source.setLength(source.length() - 1);
    for (int i = 1; i <= count; i++) {
      source.append("  public static class P%d extends %s {}%n".formatted(i, className));
      services.append("%s$P%d%n".formatted(className, i));
    }
    return jar(Map.of(className, source.append('}').toString()), services.toString());
  }

  /** A jar with these classes, if any, and this services file. */
  PluginJars jar(Map<String, String> sources, String services) throws IOException {
    Path classes = dir.resolve("classes-" + jars.size());
    Files.createDirectories(classes);
    compile(sources, classes);
    Path jar = dir.resolve("plugin-" + jars.size() + ".jar");
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
        Stream<Path> files = Files.walk(classes)) {
      out.putNextEntry(new JarEntry(SERVICES));
      out.write(services.getBytes(UTF_8));
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        out.putNextEntry(new JarEntry(classes.relativize(file).toString().replace('\\', '/')));
        Files.copy(file, out);
      }
    }
    jars.add(jar.toUri().toURL());
    return this;
  }

  URLClassLoader loader() {
    URLClassLoader loader =
        new URLClassLoader(jars.toArray(URL[]::new), PluginJars.class.getClassLoader());
    loaders.add(loader);
    return loader;
  }

  @Override
  public void close() {
    for (URLClassLoader loader : loaders) {
      try {
        loader.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** A provider with a setting of each kind that matters, whose exporter takes everything. */
  private static String provider(String className, String constructorBody, String name) {
    return """
    import dev.telex.exporter.*;
    import java.util.List;
    import java.util.concurrent.CompletionStage;

    public class %1$s implements ExporterProvider {
      static final Setting<String> TOKEN = Setting.secret("token", "for the server").required();
      static final Setting<Integer> COUNT = Setting.integer("count", "of it", 1, 9);

      public %1$s() { %2$s }
      public String name() { return "%3$s"; }
      public List<Setting<?>> settings() { return List.of(TOKEN, COUNT); }
      public Exporter create(ExporterConfig config) {
        String token = config.get(TOKEN);
        if (token.equals("refused")) {
          throw new ConfigurationException("that token will not do");
        }
        return Exporter.blocking(name(), Runnable::run, (b, c) -> ExportResult.success(b));
      }
    }
    """
        .formatted(className, constructorBody, name);
  }

  private static void compile(Map<String, String> sources, Path target) throws IOException {
    if (sources.isEmpty()) {
      return;
    }
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter messages = new StringWriter();
    List<JavaFileObject> units = new ArrayList<>();
    sources.forEach((className, source) -> units.add(new Source(className, source)));
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, UTF_8)) {
      List<String> options =
          List.of(
              "-proc:none",
              "-d",
              target.toString(),
              "-classpath",
              System.getProperty("java.class.path"));
      assertThat(compiler.getTask(messages, files, null, options, null, units).call())
          .as("%s", messages)
          .isTrue();
    }
  }

  private static final class Source extends SimpleJavaFileObject {
    private final String text;

    Source(String className, String text) {
      super(URI.create("string:///" + className + ".java"), Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }
}
