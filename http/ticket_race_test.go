package http_test

import (
	"fmt"
	"net/http"
	"testing"
)

// 2.1: who changes one field of a ticket does not undo what others change of
// it at the same time.
func TestChangesOfATicketAtOnceAreAllKept(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	for round := range 15 {
		title, description := fmt.Sprintf("Title %d", round), fmt.Sprintf("Description %d", round)
		priority := []string{"medium", "high", "urgent"}[round%3]
		var now answer
		bodies := []m{{"title": title}, {"description": description}, {"priority": priority}}
		for _, a := range s.race(len(bodies), func(int) string { return on("ticket", "details") }, func(i int) any { return bodies[i] }) {
			if a.status != http.StatusOK {
				t.Fatalf("%s: %d %s", a.what, a.status, a.body)
			}
			now = s.get("/v1/tickets/"+id("ticket").String(), since(a))
		}
		now.shows(map[string]string{"title": title, "description": description, "priority": priority})
	}
}

// Decision 21: a document is made for the customer whom the ticket keeps, also
// when somebody changes the customer just then.
func TestACustomerIsNotChangedWhileADocumentIsMade(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	for round := range 15 {
		name := fmt.Sprintf("contested %d", round)
		s.post("/v1/tickets", m{"id": id(name), "title": name, "team": id("team"), "customer": id("customer")})
		paths := []string{on(name, "coupons"), on(name, "details")}
		bodies := []m{{"program": id("program")}, {"customer": id("other customer")}}
		answers := s.race(2, func(i int) string { return paths[i] }, func(i int) any { return bodies[i] })
		if answers[0].status != http.StatusCreated {
			t.Fatalf("%s: %d %s", answers[0].what, answers[0].status, answers[0].body)
		}
		of := s.get("/v1/coupons/"+answers[0].created(), since(answers[0])).text("customer")
		s.get("/v1/tickets/"+id(name).String(), since(answers[0])).shows(map[string]string{"customer": of, "smart_buttons.coupons": "1"})
	}
}
