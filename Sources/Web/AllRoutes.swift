/// The whole route table, in one place.
enum AllRoutes {
  static func routes(_ context: WebContext) -> [Route] {
    SessionRoutes.routes(context) + SignOnRoutes.routes(context)
      + SignalRoutes.routes(context) + EventRoutes.routes(context)
      + ProposalRoutes.routes(context) + TopicRoutes.routes(context)
      + DocumentRoutes.routes(context)
      + CaseRoutes.routes(context) + OrderRoutes.routes(context) + ThingRoutes.routes(context)
      + PlaceRoutes.routes(context) + CatalogueRoutes.routes(context)
      + ScoreRoutes.routes(context) + FileRoutes.routes(context) + JournalRoutes.routes(context)
      + FeedRoutes.routes(context) + ObservationRoutes.routes(context)
      + DeviceHealthRoutes.routes(context) + DeviceRoutes.routes(context)
      + MaintenanceRoutes.routes(context) + AlarmRoutes.routes(context)
      + CameraRoutes.routes(context) + FindingRoutes.routes(context) + SearchRoutes.routes(context)
      + UnderstandingRoutes.routes(context) + VitalRoutes.routes(context)
      + WarningRoutes.routes(context) + AnalysisRoutes.routes(context)
      + GoalRoutes.routes(context) + CheckUpRoutes.routes(context)
      + EvaluationRoutes.routes(context) + PeriodRoutes.routes(context)
      + AccountRoutes.routes(context)
      + GrantRoutes.routes(context) + PermissionRoutes.routes(context)
      + DeadlineRoutes.routes(context) + PublicRoutes.routes(context)
      + PublicReporting.routes(context) + PublicFollowing.routes(context)
      + CallRoutes.routes(context) + WallRoutes.routes(context) + FieldRoutes.routes(context)
      + MapRoutes.routes(context) + DispatchRoutes.routes(context) + SheetRoutes.routes(context)
  }
}
