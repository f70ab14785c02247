"""The town map: municipalities, staff, the directory of services and gathering places."""
