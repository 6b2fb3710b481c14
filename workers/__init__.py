"""The composition root: settings become connections, connections become activities, activities become a worker."""
