package io.penstock.registry.experiment;

import com.google.gson.stream.JsonReader;
import io.penstock.registry.metric.RunPoint;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What a settled run logged, as `run_entries` of the database puts it down beside the run: so a
/// page of runs is read without touching the tables of entries.
///
/// @param metrics the newest points
/// @param linked whether the run read or made something that other tables know
record StoredEntries(
    Map<String, String> params, Map<String, String> tags, List<RunPoint> metrics, boolean linked) {

  static StoredEntries read(long run, String json) {
    try (var reader = new JsonReader(new StringReader(json))) {
      reader.beginObject();
      var entries =
          new StoredEntries(
              texts(named(reader, "params")),
              texts(named(reader, "tags")),
              points(run, named(reader, "metrics")),
              named(reader, "linked").nextBoolean());
      reader.endObject();
      return entries;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JsonReader named(JsonReader reader, String name) throws IOException {
    if (!reader.nextName().equals(name)) {
      throw new IOException("expected '%s' at %s".formatted(name, reader.getPath()));
    }
    return reader;
  }

  private static Map<String, String> texts(JsonReader reader) throws IOException {
    var texts = new HashMap<String, String>();
    reader.beginObject();
    while (reader.hasNext()) {
      texts.put(reader.nextName(), reader.nextString());
    }
    reader.endObject();
    return texts;
  }

  private static List<RunPoint> points(long run, JsonReader reader) throws IOException {
    var points = new ArrayList<RunPoint>();
    reader.beginArray();
    while (reader.hasNext()) {
      points.add(point(run, reader));
    }
    reader.endArray();
    return points;
  }

  // Values are texts: JSON has no NaN.
  private static RunPoint point(long run, JsonReader reader) throws IOException {
    reader.beginArray();
    var point =
        new RunPoint(
            run,
            reader.nextInt(),
            Double.parseDouble(reader.nextString()),
            reader.nextLong(),
            reader.nextLong());
    reader.endArray();
    return point;
  }
}
