package io.penstock.demo.flights;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Objects;
import java.util.zip.GZIPInputStream;

/// The committed sample, in the order of departure.
///
/// @param sha256 digest of the CSV as it stands in the file, uncompressed
public record Flights(List<Flight> all, String sha256) {

  /// Path of the sample on the class path; README.md says where it comes from.
  public static final String SAMPLE = "/flights-2001.csv.gz";

  private static final String HEADER = "date,delay,distance,origin,destination";

  public Flights {
    all = List.copyOf(all);
  }

  public static Flights sample() {
    try (InputStream file = Objects.requireNonNull(Flights.class.getResourceAsStream(SAMPLE))) {
      return read(new GZIPInputStream(file).readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(SAMPLE, e);
    }
  }

  static Flights read(byte[] csv) throws IOException {
    try (var lines =
        new BufferedReader(
            new InputStreamReader(new ByteArrayInputStream(csv), StandardCharsets.US_ASCII))) {
      String header = lines.readLine();
      if (!HEADER.equals(header)) {
        throw new IOException("header: " + header + " (expected: " + HEADER + ")");
      }
      return new Flights(lines.lines().map(Flights::parse).toList(), Sha256.hex(csv));
    }
  }

  /// Flights from a day on and before another.
  public List<Flight> between(LocalDate from, LocalDate before) {
    return all.stream()
        .filter(flight -> !flight.day().isBefore(from) && flight.day().isBefore(before))
        .toList();
  }

  private static Flight parse(String line) {
    String[] cells = line.split(",", -1);
    return new Flight(
        LocalDateTime.parse(cells[0]),
        Integer.parseInt(cells[1]),
        Integer.parseInt(cells[2]),
        cells[3].intern(),
        cells[4].intern());
  }
}
