-- Registers the geometry columns (POINT 1, MULTIPOLYGON 6) as SpatiaLite's readers expect, without triggers:
-- the store writes right blobs itself and keeps the R-trees in bulk.
INSERT INTO geometry_columns VALUES
  ('incident', 'geometry', 1, 2, 4326, 1),
  ('grid', 'geometry', 6, 2, 4326, 1),
  ('area', 'geometry', 6, 2, 4326, 1);
INSERT INTO geometry_columns_auth (f_table_name, f_geometry_column, read_only, hidden) VALUES
  ('incident', 'geometry', 1, 0),
  ('grid', 'geometry', 1, 0),
  ('area', 'geometry', 1, 0);
