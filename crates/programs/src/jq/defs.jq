def @csv: if isarray then map(
    if isnumber then tojson
    elif isboolean then tojson
    elif . == null then ""
    elif isstring then "\"" + (split("\"") | join("\"\"")) + "\""
    else error("\(type) (\(tojson)) is not valid in a csv row") end) | join(",")
  else error("\(type) (\(tojson)) cannot be csv-formatted, only an array can be") end;
def @tsv: if isarray then map(
    if . == null then ""
    elif isstring then split("\\") | join("\\\\") | split("\t") | join("\\t") | split("\n") | join("\\n") | split("\r") | join("\\r")
    elif . >= [] then error("\(type) (\(tojson)) is not valid in a tsv row")
    else tojson end) | join("\t")
  else error("\(type) (\(tojson)) cannot be tsv-formatted, only an array can be") end;
def leaf_paths: paths(scalars);
def tostream: path(def r: (.[]?|r), .; r) as $p | getpath($p) | reduce path(.[]?) as $q ([$p, .]; [$p+$q]);
def fromstream(f): {x: null, e: false} as $init
  | foreach f as $i ($init;
      if .e then $init else . end
      | if $i | length == 2
        then setpath(["e"]; $i[0] | length == 0) | setpath(["x"] + $i[0]; $i[1])
        else setpath(["e"]; $i[0] | length == 1) end;
      if .e then .x else empty end);
def truncate_stream(stream): . as $n | null | stream
  | . as $input | if (.[0] | length) > $n then setpath([0]; .[0][$n:]) else empty end;
def INDEX(stream; f): reduce stream as $row ({}; .[$row | f | tostring] |= $row);
def INDEX(f): INDEX(.[]; f);
def IN(s): any(s == .; .);
def IN(src; s): any(src == s; .);
def ascii: [.] | implode;
def input_line_number: 0;
def todate(f): strftime(f);
def dateadd(u; n): . + n;
def datesub(u; n): . - n;
def date: todate;
def toarray: if isarray then . else [.] end;
def recurse_down: recurse;
