package http

import (
	"net/http"
	"strings"

	"github.com/google/uuid"
	"github.com/gorilla/mux"

	"aftersales/aggregates"
	"aftersales/aggregates/team"
	"aftersales/commands"
)

// vars are the variables of a route's path.
type vars = map[string]string

// routes is the whole API on one screen.
func (s *Server) routes() {
	s.router.NotFoundHandler = s.handle(func(http.ResponseWriter, *http.Request) error { return aggregates.Refuse("not_found") })
	s.router.MethodNotAllowedHandler = s.handle(func(w http.ResponseWriter, r *http.Request) error {
		w.Header().Set("Allow", strings.Join(s.allowed(r), ", "))
		return aggregates.Refuse("method_not_allowed")
	})
	s.get("/healthz", s.getHealth)
	s.get("/readyz", s.getReady)
	s.get("/metrics", s.getMetrics)
	s.get("/openapi.yaml", s.getOpenAPI)
	s.get("/coupon/{token}", s.openCoupon)
	s.get("/portal/{secret}", s.openPortalLink)
	s.get("/attachment/{secret}", s.openAttachment)

	s.post("/bulk", s.bulk)
	s.setUpRoutes()
	s.ticketRoutes()
	s.followUpRoutes()
	s.repairRoutes()
	s.taskRoutes()
	s.archiveRoutes()
	s.orderRoutes()
	s.webhookRoutes()
	s.linkRoutes()
	s.readRoutes()
}

// allowed are the methods that a path takes.
func (s *Server) allowed(r *http.Request) (methods []string) {
	for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPost} {
		other := r.Clone(r.Context())
		other.Method = method
		if match := (mux.RouteMatch{}); s.router.Match(other, &match) && match.MatchErr == nil {
			methods = append(methods, method)
		}
	}
	return methods
}

func (s *Server) get(path string, h handler) {
	s.router.Handle(path, s.handle(s.admit(access(http.MethodGet, path), h))).Methods(http.MethodGet, http.MethodHead)
}

func (s *Server) post(path string, h handler) {
	path = "/v1" + path
	s.router.Handle(path, s.handle(s.admit(access(http.MethodPost, path), h))).Methods(http.MethodPost)
}

func (s *Server) setUpRoutes() {
	s.post("/teams", command[commands.CreateTeam](s, nil))
	s.post("/teams/{id}/services/{service}/enable", command(s, func(c *commands.EnableTeamService, id uuid.UUID, v vars) {
		c.Team, c.Service = id, team.Service(v["service"])
	}))
	s.post("/teams/{id}/services/{service}/disable", command(s, func(c *commands.DisableTeamService, id uuid.UUID, v vars) {
		c.Team, c.Service = id, team.Service(v["service"])
	}))
	s.post("/teams/{id}/field-service-project", command(s, func(c *commands.SetFieldServiceProject, id uuid.UUID, _ vars) { c.Team = id }))
	s.post("/teams/{id}/archive", s.archiveTeam)
	s.post("/teams/{id}/unarchive", command(s, func(c *commands.UnarchiveTeam, id uuid.UUID, _ vars) { c.Team = id }))
	s.post("/teams/{id}/settings", command(s, func(c *commands.ChangeTeamSettings, id uuid.UUID, _ vars) { c.Team = id }))
	s.post("/customers", command[commands.RegisterCustomer](s, nil))
	s.post("/customers/{id}/portal-access/grant", command(s, func(c *commands.GrantPortalAccess, id uuid.UUID, _ vars) { c.Customer = id }))
	s.post("/customers/{id}/portal-access/revoke", command(s, func(c *commands.RevokePortalAccess, id uuid.UUID, _ vars) { c.Customer = id }))
	s.post("/products", command[commands.RegisterProduct](s, nil))
	s.post("/products/{id}/lots", command(s, func(c *commands.RegisterLot, id uuid.UUID, _ vars) { c.Product = id }))
	s.post("/lots/{id}/scrap", command(s, func(c *commands.ScrapLot, id uuid.UUID, _ vars) { c.Lot = id }))
	s.post("/journals", command[commands.RegisterJournal](s, nil))
	s.post("/accounting/lock-date", command[commands.LockBooks](s, nil))
	s.post("/currencies", command[commands.RegisterCurrency](s, nil))
	s.post("/locations", command[commands.RegisterLocation](s, nil))
	s.post("/projects", command[commands.CreateProject](s, nil))
	s.post("/worksheet-templates", command[commands.DefineWorksheet](s, nil))
	s.post("/coupon-programs", command[commands.DefineProgram](s, nil))
	s.post("/coupon-programs/{id}/terms", command(s, func(c *commands.RedefineProgram, id uuid.UUID, _ vars) { c.Program = id }))
	s.post("/coupon-programs/{id}/activate", command(s, func(c *commands.ActivateProgram, id uuid.UUID, _ vars) { c.Program = id }))
	s.post("/orders", command[commands.RegisterOrder](s, nil))
	s.post("/invoices", command[commands.DraftInvoice](s, nil))
	s.post("/invoices/{id}/post", command(s, func(c *commands.PostInvoice, id uuid.UUID, _ vars) { c.Invoice = id }))
	s.post("/invoices/{id}/discard", command(s, func(c *commands.DiscardInvoice, id uuid.UUID, _ vars) { c.Invoice = id }))
	s.post("/invoices/{id}/lines", command(s, func(c *commands.ChangeInvoiceLines, id uuid.UUID, _ vars) { c.Invoice = id }))
	s.post("/invoices/{id}/credit-notes", command(s, func(c *commands.DraftCreditNote, id uuid.UUID, _ vars) { c.Invoice = id }))
	s.post("/invoices/{id}/payments", command(s, func(c *commands.RegisterPayment, id uuid.UUID, _ vars) { c.Invoice = id }))
	s.post("/deliveries", command[commands.PlanDelivery](s, nil))
	s.post("/deliveries/{id}/validate", command(s, func(c *commands.ValidateDelivery, id uuid.UUID, _ vars) { c.Delivery = id }))
	s.post("/deliveries/{id}/cancel", command(s, func(c *commands.CancelDelivery, id uuid.UUID, _ vars) { c.Delivery = id }))
	s.post("/access-tokens", command[commands.IssueAccessToken](s, nil))
	s.post("/portal-links", command[commands.MakePortalLink](s, nil))
	s.post("/portal-links/{id}/revoke", command(s, func(c *commands.RevokePortalLink, id uuid.UUID, _ vars) { c.Link = id }))
	s.post("/access-tokens/{id}/rights", command(s, func(c *commands.ChangeAccessTokenRights, id uuid.UUID, _ vars) { c.Token = id }))
	s.post("/access-tokens/{id}/revoke", command(s, func(c *commands.RevokeAccessToken, id uuid.UUID, _ vars) { c.Token = id }))
}

func (s *Server) ticketRoutes() {
	s.post("/tickets", command[commands.OpenTicket](s, nil))
	s.post("/tickets/{id}/details", command(s, func(c *commands.ChangeTicketDetails, id uuid.UUID, _ vars) { c.Ticket = id }))
	s.post("/tickets/{id}/assign", command(s, func(c *commands.AssignTicket, id uuid.UUID, _ vars) { c.Ticket = id }))
	s.post("/tickets/{id}/stage", command(s, func(c *commands.MoveTicketStage, id uuid.UUID, _ vars) { c.Ticket = id }))
	s.post("/tickets/{id}/close", command(s, func(c *commands.CloseTicket, id uuid.UUID, _ vars) { c.Ticket = id }))
	s.post("/tickets/{id}/reopen", command(s, func(c *commands.ReopenTicket, id uuid.UUID, _ vars) { c.Ticket = id }))
	s.post("/tickets/{id}/followers", command(s, func(c *commands.AddFollower, id uuid.UUID, _ vars) { c.Ticket = id }))
	s.post("/tickets/{id}/followers/remove", command(s, func(c *commands.RemoveFollower, id uuid.UUID, _ vars) { c.Ticket = id }))
	s.post("/tickets/{id}/messages", command(s, func(c *commands.PostMessage, id uuid.UUID, _ vars) { c.Ticket = id }))
	s.post("/tickets/{id}/return-requests/decline", command(s, func(c *commands.DeclineReturnRequest, id uuid.UUID, _ vars) { c.Ticket = id }))
	s.post("/tickets/{id}/notes", command(s, func(c *commands.LogNote, id uuid.UUID, _ vars) { c.Ticket = id }))
	s.post("/portal/tickets/{id}/messages", command(s, func(c *commands.ReplyToOwnTicket, id uuid.UUID, _ vars) { c.Ticket = id }))
	s.post("/portal/tickets/{id}/close", command(s, func(c *commands.CloseOwnTicket, id uuid.UUID, _ vars) { c.Ticket = id }))
	s.post("/portal/deliveries/{id}/return-requests", command(s, func(c *commands.RequestOwnReturn, id uuid.UUID, _ vars) { c.Delivery = id }))
	s.post("/portal/tickets/{id}/return-requests/withdraw", command(s, func(c *commands.WithdrawOwnReturnRequest, id uuid.UUID, _ vars) { c.Ticket = id }))
	s.post("/portal/tickets/{id}/rate", command(s, func(c *commands.RateOwnTicket, id uuid.UUID, _ vars) { c.Ticket = id }))
	s.post("/tickets/{id}/refunds", s.issueRefund)
	s.post("/tickets/{id}/coupons", command(s, func(c *commands.GenerateCoupon, id uuid.UUID, _ vars) { c.Ticket = id }))
	s.post("/tickets/{id}/returns", s.reverseTransfer)
	s.post("/tickets/{id}/repairs", command(s, func(c *commands.CreateRepair, id uuid.UUID, _ vars) { c.Ticket = id }))
	s.post("/tickets/{id}/interventions", command(s, func(c *commands.PlanIntervention, id uuid.UUID, _ vars) { c.Ticket = id }))
}

func (s *Server) followUpRoutes() {
	s.post("/credit-notes/{id}/lines", command(s, func(c *commands.EditCreditNote, id uuid.UUID, _ vars) { c.CreditNote = id }))
	s.post("/credit-notes/{id}/post", command(s, func(c *commands.PostCreditNote, id uuid.UUID, _ vars) { c.CreditNote = id }))
	s.post("/credit-notes/{id}/discard", command(s, func(c *commands.DiscardCreditNote, id uuid.UUID, _ vars) { c.CreditNote = id }))
	s.post("/credit-notes/{id}/payout", command(s, func(c *commands.PayOutCreditNote, id uuid.UUID, _ vars) { c.CreditNote = id }))
	s.post("/credit-notes/{id}/allocate", command(s, func(c *commands.AllocateCredit, id uuid.UUID, _ vars) { c.CreditNote = id }))
	s.post("/credit-notes/{id}/release", command(s, func(c *commands.ReleaseCredit, id uuid.UUID, _ vars) { c.CreditNote = id }))
	s.post("/payments/{id}/release", command(s, func(c *commands.ReleasePayment, id uuid.UUID, _ vars) { c.Payment = id }))
	s.post("/payments/{id}/refund", command(s, func(c *commands.RefundPayment, id uuid.UUID, _ vars) { c.Payment = id }))
	s.post("/returns/{id}/receive", command(s, func(c *commands.ReceiveReturn, id uuid.UUID, _ vars) { c.Return = id }))
	s.post("/returns/{id}/cancel", command(s, func(c *commands.CancelReturn, id uuid.UUID, _ vars) { c.Return = id }))
	s.post("/returns/{id}/redeliver", command(s, func(c *commands.RedeliverReturn, id uuid.UUID, _ vars) { c.Return = id }))
	s.post("/returns/{id}/close-short", command(s, func(c *commands.CloseReturnShort, id uuid.UUID, _ vars) { c.Return = id }))
	s.post("/coupons/check", s.byCode(command[commands.CheckCoupon](s, nil)))
	s.post("/coupons/reserve", s.byCode(command[commands.ReserveCoupon](s, nil)))
	s.post("/coupons/release", s.byCode(command[commands.ReleaseCoupon](s, nil)))
	s.post("/coupons/redeem", s.byCode(command[commands.RedeemCoupon](s, nil)))
	s.post("/coupons/{id}/email", command(s, func(c *commands.EmailCoupon, id uuid.UUID, _ vars) { c.Coupon = id }))
	s.post("/coupons/{id}/share-link", command(s, func(c *commands.ShareCoupon, id uuid.UUID, _ vars) { c.Coupon = id }))
	s.post("/coupons/{id}/revoke", command(s, func(c *commands.RevokeCoupon, id uuid.UUID, _ vars) { c.Coupon = id }))
}

func (s *Server) repairRoutes() {
	s.post("/repairs/{id}/details", command(s, func(c *commands.ChangeRepairDetails, id uuid.UUID, _ vars) { c.Repair = id }))
	s.post("/repairs/{id}/parts", command(s, func(c *commands.ChangeRepairParts, id uuid.UUID, _ vars) { c.Repair = id }))
	s.post("/repairs/{id}/warranty", command(s, func(c *commands.SetRepairWarranty, id uuid.UUID, _ vars) { c.Repair = id }))
	s.post("/repairs/{id}/confirm", command(s, func(c *commands.ConfirmRepair, id uuid.UUID, _ vars) { c.Repair = id }))
	s.post("/repairs/{id}/start", command(s, func(c *commands.StartRepair, id uuid.UUID, _ vars) { c.Repair = id }))
	s.post("/repairs/{id}/end", command(s, func(c *commands.EndRepair, id uuid.UUID, _ vars) { c.Repair = id }))
	s.post("/repairs/{id}/cancel", command(s, func(c *commands.CancelRepair, id uuid.UUID, _ vars) { c.Repair = id }))
	s.post("/repairs/{id}/draft", command(s, func(c *commands.SetRepairToDraft, id uuid.UUID, _ vars) { c.Repair = id }))
	s.post("/repairs/{id}/quote", command(s, func(c *commands.CreateRepairQuote, id uuid.UUID, _ vars) { c.Repair = id }))
	s.post("/repairs/{id}/quote/send", command(s, func(c *commands.SendRepairQuote, id uuid.UUID, _ vars) { c.Repair = id }))
	s.post("/repairs/{id}/quote/accept", command(s, func(c *commands.AcceptRepairQuote, id uuid.UUID, _ vars) { c.Repair = id }))
	s.post("/repairs/{id}/quote/decline", command(s, func(c *commands.DeclineRepairQuote, id uuid.UUID, _ vars) { c.Repair = id }))
	s.post("/portal/repairs/{id}/quote/accept", command(s, func(c *commands.AcceptOwnQuote, id uuid.UUID, _ vars) { c.Repair = id }))
	s.post("/portal/repairs/{id}/quote/decline", command(s, func(c *commands.DeclineOwnQuote, id uuid.UUID, _ vars) { c.Repair = id }))
}

func (s *Server) taskRoutes() {
	s.post("/tasks/{id}/details", command(s, func(c *commands.ChangeTaskDetails, id uuid.UUID, _ vars) { c.Task = id }))
	s.post("/tasks/{id}/assign", command(s, func(c *commands.AssignTask, id uuid.UUID, _ vars) { c.Task = id }))
	s.post("/tasks/{id}/schedule", command(s, func(c *commands.ScheduleTask, id uuid.UUID, _ vars) { c.Task = id }))
	s.post("/tasks/{id}/start", command(s, func(c *commands.StartTask, id uuid.UUID, _ vars) { c.Task = id }))
	s.post("/tasks/{id}/pause", command(s, func(c *commands.PauseTask, id uuid.UUID, _ vars) { c.Task = id }))
	s.post("/tasks/{id}/resume", command(s, func(c *commands.ResumeTask, id uuid.UUID, _ vars) { c.Task = id }))
	s.post("/tasks/{id}/worksheet", command(s, func(c *commands.SaveWorksheet, id uuid.UUID, _ vars) { c.Task = id }))
	s.post("/tasks/{id}/worksheet/share", command(s, func(c *commands.ShareWorksheet, id uuid.UUID, _ vars) { c.Task = id }))
	s.post("/tasks/{id}/sign", command(s, func(c *commands.SignWorksheet, id uuid.UUID, _ vars) { c.Task = id }))
	s.post("/tasks/{id}/materials", command(s, func(c *commands.UseMaterial, id uuid.UUID, _ vars) { c.Task = id }))
	s.post("/tasks/{id}/report", command(s, func(c *commands.SendWorksheetReport, id uuid.UUID, _ vars) { c.Task = id }))
	s.post("/tasks/{id}/complete", command(s, func(c *commands.CompleteTask, id uuid.UUID, _ vars) { c.Task = id }))
	s.post("/tasks/{id}/reopen", command(s, func(c *commands.ReopenTask, id uuid.UUID, _ vars) { c.Task = id }))
	s.post("/tasks/{id}/cancel", command(s, func(c *commands.CancelTask, id uuid.UUID, _ vars) { c.Task = id }))
	s.post("/tasks/{id}/messages", command(s, func(c *commands.PostTaskMessage, id uuid.UUID, _ vars) { c.Task = id }))
	s.post("/portal/tasks/{id}/messages", command(s, func(c *commands.ReplyToOwnTask, id uuid.UUID, _ vars) { c.Task = id }))
	s.post("/portal/tasks/{id}/sign", command(s, func(c *commands.SignOwnWorksheet, id uuid.UUID, _ vars) { c.Task = id }))
}

func (s *Server) orderRoutes() {
	s.post("/orders/{id}/send", command(s, func(c *commands.SendQuotation, id uuid.UUID, _ vars) { c.Order = id }))
	s.post("/orders/{id}/confirm", command(s, func(c *commands.ConfirmOrder, id uuid.UUID, _ vars) { c.Order = id }))
	s.post("/orders/{id}/payment", command(s, func(c *commands.ReportOrderPayment, id uuid.UUID, _ vars) { c.Order = id }))
	s.post("/orders/{id}/cancel", command(s, func(c *commands.CancelOrder, id uuid.UUID, _ vars) { c.Order = id }))
	s.post("/orders/{id}/draft", command(s, func(c *commands.SetOrderToQuotation, id uuid.UUID, _ vars) { c.Order = id }))
	s.post("/orders/{id}/lock", command(s, func(c *commands.LockOrder, id uuid.UUID, _ vars) { c.Order = id }))
	s.post("/orders/{id}/unlock", command(s, func(c *commands.UnlockOrder, id uuid.UUID, _ vars) { c.Order = id }))
	s.post("/portal/orders/{id}/accept", command(s, func(c *commands.AcceptOwnOrder, id uuid.UUID, _ vars) { c.Order = id }))
	s.post("/portal/orders/{id}/decline", command(s, func(c *commands.DeclineOwnOrder, id uuid.UUID, _ vars) { c.Order = id }))
}

// archiveRoutes take what others refer to out of use; what is in use stays.
func (s *Server) archiveRoutes() {
	s.post("/customers/{id}/details", command(s, func(c *commands.ChangeCustomerDetails, id uuid.UUID, _ vars) { c.Customer = id }))
	s.post("/products/{id}/details", command(s, func(c *commands.ChangeProductDetails, id uuid.UUID, _ vars) { c.Product = id }))
	s.post("/customers/{id}/archive", command(s, func(c *commands.ArchiveCustomer, id uuid.UUID, _ vars) { c.Customer = id }))
	s.post("/customers/{id}/unarchive", command(s, func(c *commands.UnarchiveCustomer, id uuid.UUID, _ vars) { c.Customer = id }))
	s.post("/products/{id}/archive", command(s, func(c *commands.ArchiveProduct, id uuid.UUID, _ vars) { c.Product = id }))
	s.post("/products/{id}/unarchive", command(s, func(c *commands.UnarchiveProduct, id uuid.UUID, _ vars) { c.Product = id }))
	s.post("/projects/{id}/archive", command(s, func(c *commands.ArchiveProject, id uuid.UUID, _ vars) { c.Project = id }))
	s.post("/projects/{id}/unarchive", command(s, func(c *commands.UnarchiveProject, id uuid.UUID, _ vars) { c.Project = id }))
	s.post("/projects/{id}/worksheets", command(s, func(c *commands.SetProjectWorksheets, id uuid.UUID, _ vars) { c.Project = id }))
	s.post("/journals/{id}/archive", command(s, func(c *commands.ArchiveJournal, id uuid.UUID, _ vars) { c.Journal = id }))
	s.post("/journals/{id}/unarchive", command(s, func(c *commands.UnarchiveJournal, id uuid.UUID, _ vars) { c.Journal = id }))
	s.post("/worksheet-templates/{id}/archive", command(s, func(c *commands.ArchiveWorksheet, id uuid.UUID, _ vars) { c.Template = id }))
	s.post("/worksheet-templates/{id}/versions", command(s, func(c *commands.ReviseWorksheet, id uuid.UUID, _ vars) { c.Template = id }))
	s.post("/coupon-programs/{id}/archive", command(s, func(c *commands.ArchiveProgram, id uuid.UUID, _ vars) { c.Program = id }))
}

func (s *Server) readRoutes() {
	s.get("/v1/tickets", s.listTickets)
	s.get("/v1/tickets/{id}", s.getTicket)
	s.get("/v1/tickets/{id}/documents", s.listTicketDocuments)
	s.get("/v1/tickets/{id}/refund-options", s.options(team.Refunds, s.refundOptions))
	s.get("/v1/tickets/{id}/coupon-options", s.options(team.Coupons, s.couponOptions))
	s.get("/v1/tickets/{id}/return-options", s.options(team.Returns, s.returnOptions))
	s.get("/v1/tickets/{id}/repair-options", s.options(team.Repairs, s.repairOptions))
	s.get("/v1/tickets/{id}/intervention-options", s.options(team.FieldService, s.interventionOptions))
	s.get("/v1/tickets/{id}/timeline", s.getTimeline)
	for kind, path := range collections {
		if kind == "ticket" || kind == "webhook" {
			continue // these have handlers of their own
		}
		s.get("/v1/"+path, s.listDocuments(kind))
		s.get("/v1/"+path+"/{id}", s.getDocument(kind))
	}
	s.get("/v1/attachments/{id}", s.getAttachment)
	s.get("/v1/portal/attachments/{id}", s.getAttachment)
	s.get("/v1/portal/tickets", s.portal(s.listPortal("ticket")))
	s.get("/v1/portal/tickets/{id}", s.portal(s.getPortal("ticket")))
	s.get("/v1/portal/tasks/{id}", s.portal(s.getPortal("task")))
	s.get("/v1/portal/credit-notes", s.portal(s.listPortal("credit_note")))
	s.get("/v1/portal/tasks", s.portal(s.listPortal("task")))
	s.get("/v1/portal/invoices", s.portal(s.listPortal("invoice")))
	s.get("/v1/portal/deliveries", s.portal(s.listPortal("delivery")))
	s.get("/v1/portal/returns", s.portal(s.listPortal("return")))
	s.get("/v1/portal/coupons", s.portal(s.listPortal("coupon")))
	s.get("/v1/portal/repairs", s.portal(s.listPortal("repair")))
	s.get("/v1/portal/orders", s.portal(s.listPortal("order")))
	s.get("/v1/accounting/lock-date", s.getLockDate)
	s.get("/v1/events/stream", s.streamEvents)
	s.get("/v1/audit/events", s.getAuditEvents)
	s.get("/v1/audit/streams/{stream:.+}", s.getAuditStream)
	s.get("/v1/projections", s.getProjections)
	s.get("/v1/projections/{name}/parked", s.operate(s.listParked))
	s.post("/projections/{name}/parked/retry", s.operate(s.retryParked))
	s.post("/projections/{name}/rebuild", s.operate(s.rebuildProjection))
	s.post("/projections/{name}/drop-old", s.operate(s.dropOldProjection))
	s.post("/projections/{name}/verify", s.operate(s.verifyProjection))
	s.get("/v1/commands/{key:.+}", s.getCommand)
}
