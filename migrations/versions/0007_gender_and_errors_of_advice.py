"""the gender of people, and how exact each advised mark is

Revision: 0007
After: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("user", schema=None) as batch_op:
        batch_op.add_column(sa.Column("gender", sa.String(length=6), nullable=True))
        batch_op.create_check_constraint(batch_op.f("ck_user_gender_known"), "gender IN ('female', 'male')")

    with op.batch_alter_table("analysis_candidate", schema=None) as batch_op:
        batch_op.add_column(sa.Column("advised_se", sa.Double(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("analysis_candidate", schema=None) as batch_op:
        batch_op.drop_column("advised_se")

    with op.batch_alter_table("user", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_user_gender_known"), type_="check")
        batch_op.drop_column("gender")
