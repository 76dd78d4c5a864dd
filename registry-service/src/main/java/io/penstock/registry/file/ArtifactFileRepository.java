package io.penstock.registry.file;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

import io.penstock.registry.artifact.ArtifactDigest;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/// The table of files, and what else knows the names of files.
final class ArtifactFileRepository {

  private ArtifactFileRepository() {}

  static Optional<ArtifactFile> find(Handle handle, ArtifactFilePath path) {
    return find(handle, path, "");
  }

  /// The file, for this transaction alone to change. Whoever makes a version of it meanwhile has
  /// done so, or waits.
  static Optional<ArtifactFile> lock(Handle handle, ArtifactFilePath path) {
    return find(handle, path, " for no key update");
  }

  private static Optional<ArtifactFile> find(Handle handle, ArtifactFilePath path, String lock) {
    return handle
        .createQuery("select path, sha256, size_bytes from artifact_file where path = :path" + lock)
        .bind("path", path.value())
        .map((row, _) -> read(row))
        .findOne();
  }

  /// Everything below a directory, or the file of that name, in the order of the names.
  static List<ArtifactFile> below(Handle handle, ArtifactFilePath path) {
    return below(handle, path, "");
  }

  /// The same, for this transaction alone to delete.
  static List<ArtifactFile> lockBelow(Handle handle, ArtifactFilePath path) {
    return below(handle, path, " for update");
  }

  private static List<ArtifactFile> below(Handle handle, ArtifactFilePath path, String lock) {
    return handle
        .createQuery(
            """
            select path, sha256, size_bytes from artifact_file
            where path = :path or (path >= :first and path < :after)
            order by path"""
                + lock)
        .bind("path", path.value())
        .bind("first", path.first())
        .bind("after", path.after())
        .map((row, _) -> read(row))
        .list();
  }

  /// What is below each of the paths. What is found keeps its name and its bytes until the
  /// transaction ends. One query, in the order of the names: whoever locks several waits in one
  /// direction.
  static Map<ArtifactFilePath, List<ArtifactFile>> holdBelow(
      Handle handle, List<ArtifactFilePath> paths) {
    return handle
        .createQuery(
            """
            select wanted.root, file.path, file.sha256, file.size_bytes
            from unnest(:paths, :firsts, :afters) as wanted (root, first, after)
            join artifact_file file
            on file.path = wanted.root or (file.path >= wanted.first and file.path < wanted.after)
            order by file.path for share of file""")
        .bindArray("paths", String.class, paths.stream().map(ArtifactFilePath::value).toList())
        .bindArray("firsts", String.class, paths.stream().map(ArtifactFilePath::first).toList())
        .bindArray("afters", String.class, paths.stream().map(ArtifactFilePath::after).toList())
        .map((row, _) -> Map.entry(new ArtifactFilePath(row.getString("root")), read(row)))
        .collect(groupingBy(Map.Entry::getKey, mapping(Map.Entry::getValue, toList())));
  }

  /// What lies directly in a directory and not before `from`, in the order of the first path of
  /// each. Each step finds the next name behind the last one's whole subtree, so that the price is
  /// that of the entries, not of what lies below them.
  static List<FolderEntry> entries(Handle handle, ArtifactFilePath folder, String from, int most) {
    return handle
        .createQuery(
            """
            with recursive entry (entry, path) as (
              (select :first || split_part(substr(path, length(:first) + 1), '/', 1), path
               from artifact_file where path >= :from and path < :after
               order by path limit 1)
              union all
              select next.* from entry cross join lateral (
                select :first || split_part(substr(file.path, length(:first) + 1), '/', 1), file.path
                from artifact_file file
                where file.path >= case when entry.path = entry.entry then entry.entry || chr(1)
                    else entry.entry || '0' end
                  and file.path < :after
                order by file.path limit 1) next
            ), listed as (select * from entry limit :most)
            select listed.entry, file.path, file.sha256, file.size_bytes
            from listed left join artifact_file file on file.path = listed.entry
            order by listed.path""")
        .bind("first", folder.first())
        .bind("after", folder.after())
        .bind("from", from)
        .bind("most", most)
        .map((row, _) -> entry(row))
        .list();
  }

  private static FolderEntry entry(ResultSet row) throws SQLException {
    return new FolderEntry(
        new ArtifactFilePath(row.getString("entry")),
        row.getString("path") == null ? Optional.empty() : Optional.of(read(row)));
  }

  /// Lets nobody else give or take names in the same tree until the transaction ends: whether a
  /// name is free says nothing of the directories that another is about to need.
  static void lockTree(Handle handle, ArtifactFilePath path) {
    var parents = path.parents();
    handle
        .createQuery("select pg_advisory_xact_lock(hashtextextended('artifact_file ' || :tree, 0))")
        .bind(
            "tree", parents.isEmpty() ? path.value() : parents.get(Math.min(1, parents.size() - 1)))
        .mapTo(String.class)
        .findOne();
  }

  /// A file that stands where this one needs a directory, or that lies in a directory of this name.
  static Optional<String> inTheWay(Handle handle, ArtifactFilePath path) {
    return handle
        .createQuery(
            """
            (select path from artifact_file where path = any(:parents) limit 1)
            union all
            (select path from artifact_file where path >= :first and path < :after limit 1)""")
        .bindArray("parents", String.class, path.parents())
        .bind("first", path.first())
        .bind("after", path.after())
        .mapTo(String.class)
        .findFirst();
  }

  static void put(Handle handle, ArtifactFile file, Instant time, String caller) {
    handle
        .createUpdate(
            """
            insert into artifact_file (path, sha256, size_bytes, update_time, updated_by)
            values (:path, :sha256, :size, :time, :by)
            on conflict (path) do update set sha256 = excluded.sha256,
              size_bytes = excluded.size_bytes, update_time = excluded.update_time,
              updated_by = excluded.updated_by""")
        .bind("path", file.path().value())
        .bind("sha256", file.digest().hex())
        .bind("size", file.size())
        .bind("time", time)
        .bind("by", caller)
        .execute();
  }

  static void delete(Handle handle, List<ArtifactFile> files) {
    handle
        .createUpdate("delete from artifact_file where path = any(:paths)")
        .bindArray("paths", String.class, paths(files))
        .execute();
  }

  /// The first version that was made of one of the files, as `models/{model}/versions/{number}`,
  /// with the file's path.
  static Optional<Frozen> frozen(Handle handle, List<ArtifactFile> files) {
    return handle
        .createQuery(
            """
            select path, model, number from model_version_file
            where path = any(:paths) order by path, model, number limit 1""")
        .bindArray("paths", String.class, paths(files))
        .map(
            (row, _) ->
                new Frozen(
                    row.getString("path"),
                    "models/%s/versions/%d"
                        .formatted(row.getString("model"), row.getLong("number"))))
        .findOne();
  }

  /// A file that a version was made of.
  record Frozen(String path, String version) {}

  private static List<String> paths(List<ArtifactFile> files) {
    return files.stream().map(file -> file.path().value()).toList();
  }

  private static ArtifactFile read(ResultSet row) throws SQLException {
    return new ArtifactFile(
        new ArtifactFilePath(row.getString("path")),
        new ArtifactDigest(row.getString("sha256")),
        row.getLong("size_bytes"));
  }
}
