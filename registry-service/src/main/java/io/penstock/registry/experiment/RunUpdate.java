package io.penstock.registry.experiment;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// What is to change about a run; what is empty stays.
public record RunUpdate(Optional<RunStatus> status, Optional<Long> endMs, Optional<String> name) {

  Map<String, String> facts() {
    var facts = new TreeMap<String, String>();
    status.ifPresent(it -> facts.put("status", it.name()));
    endMs.ifPresent(it -> facts.put("end_ms", it.toString()));
    name.ifPresent(it -> facts.put("name", it));
    return facts;
  }
}
