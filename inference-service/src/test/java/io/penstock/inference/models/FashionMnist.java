package io.penstock.inference.models;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Assumptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Fashion-MNIST as Debian packages it: where it is installed, or unpacked under `target` once it
/// was downloaded. Where neither is to be had, the test is aborted, and says so.
record FashionMnist(float[][] pixels, int[] labels) {

  static final int PIXELS = 28 * 28;
  static final int CLASSES = 10;

  private static final Logger log = LoggerFactory.getLogger(FashionMnist.class);
  private static final String FOLDER = "usr/share/datasets/fashion-mnist";
  private static final Path INSTALLED = Path.of("/", FOLDER);
  private static final Path KEPT = Path.of("target", "debian");

  static FashionMnist train() {
    return read(folder(), "train");
  }

  static FashionMnist test() {
    return read(folder(), "t10k");
  }

  private static Path folder() {
    if (Files.isDirectory(INSTALLED)) {
      return INSTALLED;
    }
    var unpacked = KEPT.resolve(FOLDER);
    if (!Files.isDirectory(unpacked)) {
      download();
    }
    return unpacked;
  }

  private static void download() {
    try {
      Files.createDirectories(KEPT);
      var process =
          new ProcessBuilder(
                  "sh",
                  "-c",
                  "apt-get download -q dataset-fashion-mnist && dpkg -x dataset-fashion-mnist*.deb .")
              .directory(KEPT.toFile())
              .redirectErrorStream(true)
              .start();
      var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(3, TimeUnit.MINUTES) || process.exitValue() != 0) {
        log.error("NOT TESTED: no dataset-fashion-mnist: {}", output.strip());
        Assumptions.abort("Debian's dataset-fashion-mnist is not to be had");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static FashionMnist read(Path folder, String set) {
    try (var images = open(folder.resolve(set + "-images-idx3-ubyte.gz"));
        var classes = open(folder.resolve(set + "-labels-idx1-ubyte.gz"))) {
      images.skipNBytes(4);
      int count = images.readInt();
      images.skipNBytes(8);
      classes.skipNBytes(8);
      var pixels = new float[count][];
      var labels = new int[count];
      for (int i = 0; i < count; i++) {
        pixels[i] = picture(images.readNBytes(PIXELS));
        labels[i] = classes.readUnsignedByte();
      }
      return new FashionMnist(pixels, labels);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static DataInputStream open(Path file) throws IOException {
    return new DataInputStream(new GZIPInputStream(Files.newInputStream(file), 1 << 16));
  }

  private static float[] picture(byte[] bytes) {
    var picture = new float[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      picture[i] = Byte.toUnsignedInt(bytes[i]) / 255f;
    }
    return picture;
  }

  int count() {
    return labels.length;
  }
}
