# plot.gp -- the curves of cost, of the figures that run.py wrote:
#
#     gnuplot -e "figures='DIRECTORY'; form='svg'" plot.gp
#
# Reads DIRECTORY/articles.tsv and headlines.tsv, whichever are there, and writes DIRECTORY/rate.svg, memory.svg, size.svg,
# open.svg and latency-GENRE.svg (or .png). Both axes are logarithmic: a straight line that rises by one square in
# each is cost that grows as the corpus does.
if (!exists("figures")) figures = "bench/scale"
if (!exists("form")) form = "svg"

path(genre) = sprintf("%s/%s.tsv", figures, genre)
has(genre) = system(sprintf("[ -s '%s' ] && echo 1 || echo 0", path(genre))) + 0
genres = (has("articles") ? "articles " : "") . (has("headlines") ? "headlines" : "")
if (words(genres) == 0) exit

set encoding utf8
if (form eq "png") {
    set terminal pngcairo size 900,560 font "Sans,12" linewidth 1.4 background rgb "white"
} else {
    set terminal svg size 900,560 font "Helvetica,Arial,sans-serif" fontscale 1.1 linewidth 1.4 background rgb "white"
}
start(name) = sprintf("set output '%s/%s.%s'", figures, name, form)

# A column's first value; the first and the last number of documents.
FIRST = "awk -F '\\t' -v name=%s '/^#/ {next} !at {for (i = 1; i <= NF; i++) if ($i == name) at = i; next} {print $at; exit}' '%s'"
first(genre, name) = system(sprintf(FIRST, name, path(genre))) + 0
smallest(genre) = first(genre, "documents")
largest(genre) = system(sprintf("tail -n 1 '%s' | cut -f 1", path(genre))) + 0

set datafile separator "\t"
set datafile commentschars "#"
set logscale xy
set border 3
set tics nomirror scale 0.6
set grid xtics ytics linewidth 0.7 linecolor rgb "#bbbbbb" dashtype 1
set key noautotitle
x_least = 8e3
do for [g in genres] {
    x_least = smallest(g) < x_least ? 0.8 * smallest(g) : x_least
}
set xrange [x_least:6e7]
set xtics ("10 k" 1e4, "100 k" 1e5, "1 M" 1e6, "10 M" 1e7, "50 M" 5e7)
set mxtics 1
set xlabel "documents"
set title offset 0,-0.4

blue = "#2a6fbb"; orange = "#d9730d"; green = "#2e8540"; purple = "#7b4fa3"; red = "#b8323f"; grey = "#8a8a8a"; black = "#222222"
# Where there are no more than ten million documents.
narrow(genre) = largest(genre) > 1e7 ? 6e7 : 1.2e7
genre_color(genre) = genre eq "articles" ? blue : orange

# A curve: its points, and its name at the last of them alone. @CURVE and @NAME stand behind a file and `using`.
at_end(genre, x) = x == largest(genre) ? x : NaN
CURVE = "with linespoints pointtype 7 pointsize 0.5 linecolor rgb"
DASHED = "with lines dashtype 2 linecolor rgb"
NAME = "with labels left offset 0.7,0 textcolor rgb"

# ---- the rate of indexing ----
eval start("rate")
set title "Indexing: by the clock, and dashed: for a second of processor time"
set ylabel "MB of JSON lines a second"
set yrange [2:300]
set ytics (2, 5, 10, 20, 50, 100, 200)
set rmargin 11
plot for [g in genres] path(g) using "documents":(column("input_bytes") / 1e6 / column("index_s")) @CURVE genre_color(g), \
     for [g in genres] path(g) using "documents":(column("input_bytes") / 1e6 / column("index_cpu_s")) @DASHED genre_color(g), \
     for [g in genres] path(g) using (at_end(g, column("documents"))):(column("input_bytes") / 1e6 / column("index_s")):(g) \
         @NAME genre_color(g)

# ---- memory ----
eval start("memory")
set title "Indexing: the peak of resident memory, and dotted: the bytes of the input"
set ylabel "MB"
set yrange [5:*]
set ytics ("10" 10, "100" 100, "1,000" 1e3, "10,000" 1e4, "100,000" 1e5)
plot for [g in genres] path(g) using "documents":(column("peak_bytes") / 1e6) @CURVE genre_color(g), \
     for [g in genres] path(g) using "documents":(column("input_bytes") / 1e6) with lines dashtype 3 linecolor rgb genre_color(g), \
     for [g in genres] path(g) using (at_end(g, column("documents"))):(column("peak_bytes") / 1e6):(g) \
         with labels left offset 0.7,0.7 textcolor rgb genre_color(g)

# ---- opening ----
eval start("open")
set title "From process start to exit: a word counted that is nowhere; dashed: no index opened"
set ylabel "ms"
set yrange [0.5:20]
set ytics (0.5, 1, 2, 5, 10, 20)
plot for [g in genres] path(g) using "documents":"open_ms" @CURVE genre_color(g), \
     for [g in genres] path(g) using "documents":"version_ms" @DASHED grey, \
     for [g in genres] path(g) using (at_end(g, column("documents"))):"open_ms":(g) @NAME genre_color(g)

# ---- the bytes of an index ----
parts = "texts positions postings dictionary ids"
part_color(i) = word(green." ".blue." ".orange." ".purple." ".red, i)
eval start("size")
set multiplot layout 1,2
set ylabel "bytes of index for a byte of input"
set yrange [0.0005:1.3]
set ytics ("0.001" 0.001, "0.01" 0.01, "0.1" 0.1, "0.2" 0.2, "0.5" 0.5, "1" 1)
set rmargin 10
do for [g in genres] {
    set xrange [x_least:narrow(g)]
    set title "The index of " . g . " and its parts"
    plot path(g) using "documents":(column("bytes") / column("input_bytes")) @CURVE black, \
         path(g) using (at_end(g, column("documents"))):(column("bytes") / column("input_bytes")):("all") @NAME black, \
         for [i = 1:words(parts)] path(g) using "documents":(column(word(parts, i) . "_bytes") / column("input_bytes")) @CURVE part_color(i), \
         for [i = 1:words(parts)] path(g) using (at_end(g, column("documents"))):(column(word(parts, i) . "_bytes") / column("input_bytes")):(word(parts, i)) @NAME part_color(i)
}
unset multiplot

# ---- latency ----
classes = "or and phrase facet"
titles = "'OR, top 10' 'AND, top 10' 'phrase, top 10' 'OR, top 10 and counts by month'"
set ylabel "µs"
set ytics ("1" 1, "3" 3, "10" 10, "30" 30, "100" 100, "300" 300, "1,000" 1e3, "3,000" 3e3, "10,000" 1e4, "30,000" 3e4, \
    "100,000" 1e5)
set rmargin 6
do for [g in genres] {
    eval start("latency-" . g)
    set xrange [x_least:narrow(g)]
    set multiplot layout 2,2 title "The latency of a query on " . g . ", and dotted: growth as the square root of the corpus"
    do for [i = 1:words(classes)] {
        c = word(classes, i)
        set title word(titles, i)
        # The first median, and what it would be if it grew as the square root.
        least = first(g, c . "_p50_us")
        base = least / sqrt(smallest(g))
        set yrange [0.6 * least:*]
        plot base * sqrt(x) with lines dashtype 3 linecolor rgb grey, \
             path(g) using "documents":(column(c . "_p99_us")) @CURVE orange, \
             path(g) using "documents":(column(c . "_p50_us")) @CURVE blue, \
             path(g) using (at_end(g, column("documents"))):(column(c . "_p99_us")):("p99") \
                 with labels left offset 0.7,0.4 textcolor rgb orange, \
             path(g) using (at_end(g, column("documents"))):(column(c . "_p50_us")):("p50") \
                 with labels left offset 0.7,-0.4 textcolor rgb blue
    }
    unset multiplot
}
