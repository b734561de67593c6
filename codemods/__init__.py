"""tenantize: codemods that make a MaiMBot checkout safe for many tenants."""
