-- Makes src/main/resources/flights-2001.csv.gz; README.md says how to run it.
--
-- Eight airports of different character, their routes with at least two flights a day, and of those flights
-- one half: chosen by a digest of the row, so the sample does not depend on order, version or seed.
CREATE TABLE flight AS
SELECT
  strftime(date, '%Y-%m-%dT%H:%M') AS date,
  delay,
  distance,
  origin,
  destination,
  count(*) OVER (PARTITION BY origin, destination) AS flights_on_route
FROM 'package/data/flights-3m.parquet'
WHERE date < TIMESTAMP '2001-07-01'
  AND origin IN ('ATL', 'BOS', 'CVG', 'DCA', 'DEN', 'JFK', 'LAX', 'SEA');

COPY (
  SELECT date, delay, distance, origin, destination
  FROM flight
  WHERE flights_on_route >= 360
    AND substr(md5(concat(date, origin, destination, delay)), 1, 1) < '8'
  ORDER BY date, origin, destination, delay
) TO 'flights-2001.csv' (HEADER, DELIMITER ',');
