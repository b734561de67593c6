"""What one runs by hand while working on tenantize."""
