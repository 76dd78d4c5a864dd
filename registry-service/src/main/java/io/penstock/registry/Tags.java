package io.penstock.registry;

import com.google.gson.Gson;
import com.google.gson.reflect.TypeToken;
import java.util.Map;
import java.util.TreeMap;

/// Tags as they lie in a `jsonb` column.
public final class Tags {

  private static final Gson GSON = new Gson();
  private static final TypeToken<TreeMap<String, String>> TYPE = new TypeToken<>() {};

  private Tags() {}

  public static String toJson(Map<String, String> tags) {
    return GSON.toJson(tags);
  }

  public static Map<String, String> fromJson(String json) {
    return Map.copyOf(GSON.fromJson(json, TYPE));
  }
}
