/* What `wangge help import …`, export and resolve say. More in docs/import.md. */
#ifndef WG_CLI_IMPORT_HELP_H
#define WG_CLI_IMPORT_HELP_H

#define WG_HELP_FILE_EN                                                                                      \
  "FILE is a shapefile, GeoPackage, GeoJSON, KML, FlatGeobuf, TopoJSON or any vector file that GDAL reads, " \
  "also in\n"                                                                                                \
  "a .zip or .gz; - is standard input. C is wgs84, gcj02, bd09 or EPSG:n and goes before what the file "     \
  "says.\n"
#define WG_HELP_FILE_ZH                                                                                                       \
  "FILE 可为 Shapefile、GeoPackage、GeoJSON、KML、FlatGeobuf、TopoJSON 等 GDAL 可读的矢量文件，也可以是 " \
  ".zip 或 .gz；\n"                                                                                                         \
  "- 表示标准输入。C 为 wgs84、gcj02、bd09 或 EPSG:n，优先于文件声明。\n"

#define WG_HELP_GRIDS_EN                                                                                     \
  WG_HELP_FILE_EN                                                                                            \
  "The code and name fields are found, and said; --code A+B joins fields, --code '#' numbers the rows "      \
  "(behind\n"                                                                                                \
  "--area CODE). Grids belong to --area, else --area-field, else follow from the code or lie in an area's "  \
  "polygon.\n"                                                                                               \
  "A row that is refused stops the import unless --skip-bad; --merge joins rows of one code.\n"              \
  "--report F.geojson writes gaps, overlaps and refused rows for a GIS. --dry-run changes nothing."
#define WG_HELP_GRIDS_ZH                                                                                                                      \
  WG_HELP_FILE_ZH                                                                                                                             \
  "编码与名称字段自动识别并说明；--code A+B 连接多列，--code '#' 按行编号（前缀为 --area 的编码）。\n"       \
  "所属区域依次取 --area、--area-field、编码位数或前缀、所在区域图形。有被拒绝的行时整体不导入，除非 " \
  "--skip-bad；\n"                                                                                                                           \
  "--merge 合并同编码的行。--report F.geojson 导出缝隙、重叠与被拒绝的行。--dry-run 只检查不更改。"

#define WG_HELP_AREAS_EN                                                                                     \
  WG_HELP_FILE_EN                                                                                            \
  "A CSV without geometry will do. The parent comes from a column (--parent-field), else --parent CODE, "    \
  "else the\n"                                                                                               \
  "digits of China's codes. An area that is there already keeps its polygon when the file has none."
#define WG_HELP_AREAS_ZH                                                                                                                \
  WG_HELP_FILE_ZH                                                                                                                       \
  "也可用没有图形的 CSV。上级取自列（--parent-field），否则 --parent，否则按中国区划编码位数推定。\n" \
  "已有区域在文件没有图形时保留原图形。"

#define WG_HELP_STAFF_EN                                                                                                       \
  "FILE is CSV (UTF-8 or GBK) or XLSX with a header: code, name, phone, org, post, grid, network, shifts, "                    \
  "full_time\n"                                                                                                                \
  "(or 工号 姓名 电话 单位 岗位 网格编码 体系 班次 专职). One row is one post; several posts or grids in " \
  "one cell\n"                                                                                                                 \
  "are parted by 、 or comma. A person's posts in the file replace those it had. --code, --name, … name "                   \
  "the columns.\n"                                                                                                             \
  "Shifts: Mon-Fri 08:00-18:00; Sat 09:00-12:00."
#define WG_HELP_STAFF_ZH                                                                                                         \
  "FILE 为带表头的 CSV（UTF-8 或 GBK）或 XLSX：工号 姓名 电话 单位 岗位 网格编码 体系 班次 专职\n" \
  "（或 code name phone org post grid network shifts full_time）。每行一个岗位；同格多个岗位或网格以 、 "  \
  "分隔。\n"                                                                                                                  \
  "文件中某人的岗位替换其原有岗位。可用 --code、--name 等指定列名。班次写法：周一至周五 8:00-18:00。"

#define WG_HELP_PLACES_EN                                                                                    \
  "Columns name, address (or number, street, unit), alias, kind, lon, lat; or a file of points. A file "     \
  "that was imported\n"                                                                                      \
  "is refused unless --again."
#define WG_HELP_PLACES_ZH                                                                                                                             \
  "列：名称、地址（或门牌号、街道、单元）、别名、类别、经度、纬度；或点要素文件。已导入过的文件须加 " \
  "--again "                                                                                                                                          \
  "才再次导入。"

#define WG_HELP_INCIDENTS_EN                                                                                   \
  "Columns lon, lat, occurred_at, category, description, number, state; --lon, --time, … name others. Each " \
  "is\n"                                                                                                       \
  "resolved and assigned as if reported then, and is closed unless a state (its name, its title, or open) "    \
  "says otherwise. Times without a "                                                                           \
  "zone are\n"                                                                                                 \
  "of --timezone, else the organisation's. Unknown categories are refused unless --make-categories or\n"       \
  "--category-default. A file that was imported is refused unless --again."
#define WG_HELP_INCIDENTS_ZH                                                                                 \
  "列：经度、纬度、发生时间、类别、描述、编号、状态；可用 --lon、--time "        \
  "等指定。逐条按发生时间确定网格与责任人，\n"                                           \
  "默认为已结案，可由状态列（名称，或 open）指定。无时区的时间按 "               \
  "--timezone，否则按单位时区。未知事项被拒绝，除非 --make-categories 或\n"              \
  "--category-default。已导入过的文件须加 --again 才再次导入。"

#define WG_HELP_CALENDAR_EN                                                                                    \
  "FILE is iCalendar (.ics) or CSV with the columns date, kind (holiday, working) and name (or 日期 类型 " \
  "名称).\n"                                                                                                 \
  "Each year that the file names takes the place of the year there is; --year takes one alone. --code is "     \
  "a\n"                                                                                                        \
  "calendar other than the district's; --provisional marks years whose official notice is not out yet."
#define WG_HELP_CALENDAR_ZH                                                                                                 \
  "FILE 为 iCalendar（.ics）或 CSV，列为 日期、类型（放假、上班）、名称（或 date kind name）。\n" \
  "文件涉及的每一年整体替换原有年份；--year 只取一年。--code 指定其他日历；--provisional "     \
  "标记尚无正式通知的年份。"

#define WG_HELP_BASEMAP_EN                                                                                   \
  "FILE is OpenStreetMap (.osm, .osm.pbf, also .gz) or any file of lines, polygons or points; --kind says "  \
  "what they\n"                                                                                              \
  "are: road rail water waterway building landuse boundary place poi. Replaces the base map; --add keeps "   \
  "it."
#define WG_HELP_BASEMAP_ZH                                                                                                       \
  "FILE 为 OpenStreetMap（.osm、.osm.pbf，可 .gz）或任意线、面、点文件；--kind 指定类别：road rail water " \
  "waterway\n"                                                                                                                   \
  "building landuse boundary place poi。默认替换现有底图；--add 追加。"

#define WG_HELP_EXPORT_EN                                                                                    \
  "Endings: gpkg geojson shp fgb kml gml csv xlsx ods. Personal data stands in staff alone. Each export is " \
  "logged.\n"                                                                                                \
  "FILE - is standard output, as geojson or what --format says.\n"                                           \
  "--at TIME: the grids as they were then."
#define WG_HELP_EXPORT_ZH                                                                                    \
  "扩展名：gpkg geojson shp fgb kml gml csv xlsx ods。仅 staff "                                       \
  "含个人信息。每次导出均记入日志。\n"                                                       \
  "FILE 为 - 时写到标准输出，格式默认 geojson，可用 --format 指定。--at：当时的网格。"

#define WG_HELP_RESOLVE_EN                                                                                   \
  "Adds grid_code, grid_name, worker_id, worker_name, how. The position is in columns lon, lat (or 经度 "  \
  "纬度, x y …).\n"                                                                                      \
  "A row without a readable position gets empty cells. --at TIME: the plan and the people on duty then."
#define WG_HELP_RESOLVE_ZH                                                                                                  \
  "补充 grid_code、grid_name、worker_id、worker_name、how 列。坐标列为 lon、lat（或经度、纬度，x、y " \
  "等）。\n"                                                                                                             \
  "坐标不可读的行留空。--at：按当时的方案与在岗人员。"

#define WG_HELP_TOKEN_EN                                                                                     \
  "It is shown once. wangge token list NAME tells which there are, wangge token revoke NAME ID|all ends "    \
  "them."
#define WG_HELP_TOKEN_ZH                                                                                     \
  "令牌只显示一次。wangge token list NAME 列出现有令牌，wangge token revoke NAME ID|all 吊销。"

#define WG_HELP_PLAY_EN                                                                                      \
  "For a demo on this machine only. --url http://127.0.0.1:8080 is the server; --pace 1 is about a report "  \
  "every 12 s, by the hour of day; --for ends it after so many seconds, else Ctrl-C does. The same --seed "  \
  "draws the same."
#define WG_HELP_PLAY_ZH                                                                                      \
  "仅用于本机演示区。--url 为服务地址，默认 http://127.0.0.1:8080；--pace 1 约每 12 "    \
  "秒一件上报，随时段变化；--for 指定运行秒数，否则按 Ctrl-C 结束。--seed 相同则随机过程相同。"

#endif
