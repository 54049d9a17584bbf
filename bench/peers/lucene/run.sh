#!/bin/sh
# run.sh OUT index CORPUS INDEXDIR [plain|reordered|text]
# run.sh OUT serve INDEXDIR
# The JVM is told what Lucene's own benchmarks tell it: the server compiler, a fixed heap, the parallel collector (throughput: no
# barriers that cost queries anything) and the vector module, which Lucene uses for unpacking and bit sets. Pages of the heap are
# touched beforehand, so that no query pays for a page fault.
set -eu
out=$1
shift
java=$(cat "$out/java_home")/bin/java
case ${1:-} in
serve) memory='-Xms2g -Xmx2g -XX:+AlwaysPreTouch' ;;
*) memory=-Xmx4g ;;
esac
exec "$java" -server $memory -XX:+UseParallelGC -XX:-UsePerfData \
    --add-modules jdk.incubator.vector --enable-native-access=ALL-UNNAMED \
    -cp "$out/classes:$out/lib/*" Peer "$@"
