/// PostgreSQL for a service that has a database: the pool, JDBI, migrations, and the promise that a
/// service starts before its database, says that it waits, and heals by itself when PostgreSQL
/// restarts.
@NullMarked
package io.penstock.kit.database;

import org.jspecify.annotations.NullMarked;
