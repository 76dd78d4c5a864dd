package io.penstock.registry.search.statement;

/// How the database is to go about a search.
public final class SearchSettings {

  /// To be run first in the search's transaction. Ids at hand that did not fit into memory would be
  /// gone through one by one; a page is read sooner than its plan is compiled; and helpers, each of
  /// which would collect the ids for itself, take the time of other searches.
  public static final String SQL =
      """
      select set_config('work_mem', '128MB', true), set_config('jit', 'off', true),
        set_config('max_parallel_workers_per_gather', '0', true)""";

  private SearchSettings() {}
}
