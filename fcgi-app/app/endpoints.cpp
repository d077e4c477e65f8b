#include "app/endpoints.h"

#include "features/accounts/accounts_handlers.h"
#include "features/activity/activity_handlers.h"
#include "features/auth/auth_handlers.h"
#include "features/billing/billing_handlers.h"
#include "features/checklists/checklists_handlers.h"
#include "features/companies/companies_handlers.h"
#include "features/dashboard/dashboard_handlers.h"
#include "features/integrations/integrations_handlers.h"
#include "features/live/live_handlers.h"
#include "features/operators/operators_handlers.h"
#include "features/ops/ops_handlers.h"
#include "features/privacy/privacy_handlers.h"
#include "features/records/records_handlers.h"
#include "features/settings/settings_handlers.h"

namespace dialix::app {

features::EndpointTable AllEndpoints() {
  features::EndpointTable table;
  features::AppendOpsEndpoints(table);
  features::AppendAuthEndpoints(table);
  features::AppendRecordEndpoints(table);
  features::AppendLiveEndpoints(table);
  features::AppendCompaniesEndpoints(table);
  features::AppendOperatorsEndpoints(table);
  features::AppendSettingsEndpoints(table);
  features::AppendBillingEndpoints(table);
  features::AppendAccountsEndpoints(table);
  features::AppendChecklistsEndpoints(table);
  features::AppendDashboardEndpoints(table);
  features::AppendActivityEndpoints(table);
  features::AppendPrivacyEndpoints(table);
  features::AppendIntegrationsEndpoints(table);
  features::AppendWebhooksEndpoints(table);
  return table;
}

}  // namespace dialix::app
