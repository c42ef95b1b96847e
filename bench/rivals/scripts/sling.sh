# sling.sh SLING URL: the three files, one after the other.
set -e
export LAB="$2" SLING_DISABLE_TELEMETRY=true
for table in users compounds experiments; do
  file=$table
  if [ $table = experiments ]; then file=user_experiments; fi
  "$1" run --src-stream "file://$PWD/$file.csv" --tgt-conn LAB --tgt-object "public.$table" --mode full-refresh
done
