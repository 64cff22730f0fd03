package onlineretail

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var header = strings.Join(columns, ",") + "\n"

func TestAFileIsReadInItsOrder(t *testing.T) {
	got, err := read(strings.NewReader(header +
		"2,2010-12-01T08:26:00Z,X,BOX,6,2.55,17,Spain\n" +
		"1,2010-12-01T08:27:00Z,Y,,1,0,,Spain\n" +
		"2,2010-12-01T08:26:00Z,POST,POSTAGE,1,18,17,Spain\n" +
		"2,2010-12-01T08:26:00Z,X,BOX,-6,2.55,17,Spain\n" +
		"C3,2010-12-01T08:28:00Z,X,BOX,-2,2.55,17,Spain\n" +
		"C3,2010-12-01T08:28:00Z,X,BOX,2,2.55,17,Spain\n"))
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2010, 12, 1, 8, 26, 0, 0, time.UTC)
	want := []document{
		{number: "2", at: at, customer: "17", country: "Spain", passed: 1, lines: []line{
			{"X", "BOX", dec("6"), dec("2.55")}, {"POST", "POSTAGE", dec("1"), dec("18")},
		}},
		{number: "1", at: at.Add(time.Minute), country: "Spain", lines: []line{{"Y", "", dec("1"), 0}}},
		{number: "C3", at: at.Add(2 * time.Minute), customer: "17", country: "Spain", passed: 1, lines: []line{{"X", "BOX", dec("2"), dec("2.55")}}},
	}
	if diff := cmp.Diff(want, got, exact); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestAFaultyFileIsRefusedWithTheLine(t *testing.T) {
	good := "2,2010-12-01T08:26:00Z,X,BOX,6,2.55,17,Spain\n"
	for name, c := range map[string]struct{ file, want string }{
		"empty":         {"", "the head of the file: EOF"},
		"other columns": {"a,b,c,d,e,f,g,h\n", `the file's columns are ["a"`},
		"a column less": {header + good + "2,2010-12-01T08:26:00Z,X,BOX,6,2.55,17\n", "record on line 3: wrong number of fields"},
		"no date":       {header + good + "2,1 Dec,X,BOX,6,2.55,17,Spain\n", "line 3: parsing time"},
		"no number":     {header + "2,2010-12-01T08:26:00Z,X,BOX,six,2.55,17,Spain\n", `line 2: "six": not a decimal`},
		"no price":      {header + "2,2010-12-01T08:26:00Z,X,BOX,6,1e3,17,Spain\n", `line 2: "1e3": not a decimal`},
		"no document":   {header + ",2010-12-01T08:26:00Z,X,BOX,6,2.55,17,Spain\n", "line 2: InvoiceNo and StockCode are needed"},
	} {
		if _, err := read(strings.NewReader(c.file)); err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s…", name, err, c.want)
		}
	}
}

func TestServicesAreNoGoods(t *testing.T) {
	for code, want := range map[string]bool{"POST": true, "m": true, "BANK CHARGES": true, "gift_0001_20": true, "85123A": false, "post": false} {
		if service(code) != want {
			t.Errorf("%s: %v", code, !want)
		}
	}
}
