"""What two or more processes of the mesh share. It knows no model."""
