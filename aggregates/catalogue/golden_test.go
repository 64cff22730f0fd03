package catalogue_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"aftersales/aggregates"
	"aftersales/aggregates/catalogue"
)

const (
	folder    = "testdata/events"
	checksums = folder + "/SHA256SUMS"
)

var update = flag.Bool("update", false, "write the golden files that are missing")

func TestMain(m *testing.M) {
	flag.Parse()
	if *update {
		if err := writeMissing(); err != nil {
			log.Fatal(err)
		}
	}
	os.Exit(m.Run())
}

// writeMissing adds what is not there yet and changes nothing that is.
func writeMissing() error {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	sums, err := readChecksums()
	if err != nil {
		return err
	}
	for _, d := range definitions() {
		path := golden(d)
		if _, err := os.Stat(path); err == nil {
			continue
		}
		data := encode(filled(d.Type, ""))
		if err := os.WriteFile(path, data, 0o644); err != nil {
			return err
		}
		if name := filepath.Base(path); sums[name] == "" {
			sums[name] = checksum(data)
		}
	}
	var list strings.Builder
	for _, name := range slices.Sorted(maps.Keys(sums)) {
		fmt.Fprintf(&list, "%s  %s\n", sums[name], name)
	}
	return os.WriteFile(checksums, []byte(list.String()), 0o644)
}

func TestEveryEventTypeHasAGoldenFile(t *testing.T) {
	for _, d := range definitions() {
		if _, err := os.Stat(golden(d)); err != nil {
			t.Errorf("%v; run go test ./aggregates/catalogue -update", err)
		}
	}
}

func TestGoldenFilesNeverChange(t *testing.T) {
	want, err := readChecksums()
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, path := range goldens(t) {
		got[filepath.Base(path)] = checksum(read(t, path))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("an event that was stored cannot change; give it a new version (-%s +now):\n%s", checksums, diff)
	}
}

// An old version only has to be readable; the current one must come back as
// it was stored, with nothing dropped on the way.
func TestGoldenFilesAreReadCompletely(t *testing.T) {
	known := map[string]aggregates.Definition{}
	for _, d := range definitions() {
		known[d.Name] = d
	}
	pattern := regexp.MustCompile(`^(.+)\.v(\d+)\.json$`)
	for _, path := range goldens(t) {
		parts := pattern.FindStringSubmatch(filepath.Base(path))
		if parts == nil {
			t.Errorf("%s is not named <event>.v<version>.json", path)
			continue
		}
		d, ok := known[parts[1]]
		if !ok {
			t.Errorf("%s: no aggregate reads these events any more", path)
			continue
		}
		version, _ := strconv.Atoi(parts[2])
		stored := read(t, path)
		event, err := d.Decode(version, stored)
		if err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		if version < d.Version {
			continue
		}
		if diff := cmp.Diff(string(stored), string(encode(event))); diff != "" {
			t.Errorf("%s (-stored +read and written):\n%s", path, diff)
		}
		if dropped := zeros(reflect.ValueOf(event), ""); len(dropped) > 0 {
			t.Errorf("%s has nothing for %v", path, dropped)
		}
	}
}

func definitions() []aggregates.Definition { return slices.Concat(untyped(catalogue.All())...) }

func untyped(cs []aggregates.Catalogue) [][]aggregates.Definition {
	lists := make([][]aggregates.Definition, len(cs))
	for i, c := range cs {
		lists[i] = c
	}
	return lists
}

func golden(d aggregates.Definition) string {
	return filepath.Join(folder, fmt.Sprintf("%s.v%d.json", d.Name, d.Version))
}

func goldens(t *testing.T) []string {
	t.Helper()
	paths, err := filepath.Glob(folder + "/*.json")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no golden files: %v", err)
	}
	return paths
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// encode is the JSON of an event, indented for people.
func encode(event any) []byte {
	data, err := json.MarshalIndent(event, "", "  ")
	if err != nil {
		panic(err)
	}
	return append(data, '\n')
}

func checksum(data []byte) string { return fmt.Sprintf("%x", sha256.Sum256(data)) }

// readChecksums reads what sha256sum writes: file name to checksum.
func readChecksums() (map[string]string, error) {
	sums := map[string]string{}
	data, err := os.ReadFile(checksums)
	if err != nil && !os.IsNotExist(err) {
		return nil, err
	}
	for line := range bytes.Lines(data) {
		sum, name, ok := strings.Cut(strings.TrimSuffix(string(line), "\n"), "  ")
		if !ok {
			return nil, fmt.Errorf("%s: line %q", checksums, line)
		}
		sums[name] = sum
	}
	return sums, nil
}
