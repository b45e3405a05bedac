--  SPDX-License-Identifier: Apache-2.0
--
--  Forms of Ada subprograms for the comparison of names: nested and overloaded ones, generics,
--  packages, tagged types, tasks, exceptions, blocks.
with Ada.Command_Line;
with Ada.Containers.Vectors;
with Ada.Exceptions;
with Ada.Strings.Unbounded;
with Ada.Text_IO;

procedure Forms is
   use Ada.Strings.Unbounded;

   package Shapes is
      type Shape is tagged record
         Name : Unbounded_String;
      end record;
      type Shape_Access is access Shape'Class;
      procedure Grow (Self : in out Shape; N : Natural);
      type Polygon is new Shape with record
         Sides : Natural := 0;
      end record;
      overriding procedure Grow (Self : in out Polygon; N : Natural);
      function "+" (Left, Right : Polygon) return Polygon;
   end Shapes;

   package body Shapes is
      procedure Grow (Self : in out Shape; N : Natural) is
      begin
         for I in 1 .. N loop
            Append (Self.Name, "x");
         end loop;
      end Grow;
      overriding procedure Grow (Self : in out Polygon; N : Natural) is
      begin
         Grow (Shape (Self), N);
         Self.Sides := Self.Sides + N;
      end Grow;
      function "+" (Left, Right : Polygon) return Polygon is
      begin
         return (Name => Left.Name & Right.Name, Sides => Left.Sides + Right.Sides);
      end "+";
   end Shapes;

   generic
      type Item is private;
   package Boxes is
      type Cell is access Item;
      function Make (Value : Item) return Cell;
   end Boxes;
   package body Boxes is
      function Make (Value : Item) return Cell is
      begin
         return new Item'(Value);
      end Make;
   end Boxes;

   package Integers is new Boxes (Integer);
   package Floats is new Boxes (Long_Float);
   package Lists is new Ada.Containers.Vectors (Positive, Integer);

   function Outer (N : Natural) return Natural is
      Sum : Natural := 0;
      procedure Inner (K : Natural) is
         function Innermost return Unbounded_String is (To_Unbounded_String (K'Image & N'Image));
      begin
         Sum := Sum + Length (Innermost);
      end Inner;
   begin
      for I in 1 .. N loop
         Inner (I);
      end loop;
      return Sum;
   end Outer;

   function Total (List : Lists.Vector) return Integer is
      Sum : Integer := 0;
   begin
      for Value of List loop
         Sum := Sum + Value;
      end loop;
      return Sum;
   end Total;

   function Total (Text : Unbounded_String) return Integer is (Length (Text & "y"));

   task type Worker is
      entry Start (N : Natural);
   end Worker;
   task body Worker is
      Count : Natural;
   begin
      accept Start (N : Natural) do
         Count := N;
      end Start;
      Ada.Text_IO.Put_Line (Natural'Image (Outer (Count)));
   end Worker;

   One   : Shapes.Polygon;
   List  : Lists.Vector;
   Count : constant Natural := Ada.Command_Line.Argument_Count + 2;
begin
   Shapes.Grow (One, Count);
   One := Shapes."+" (One, One);
   for I in 1 .. Count loop
      List.Append (Integers.Make (I).all + Integer (Floats.Make (2.0).all));
   end loop;
   Ada.Text_IO.Put_Line (Integer'Image (Total (List) + Total (One.Name)));
   declare
      Other : Worker;
   begin
      Other.Start (Count);
   end;
   begin
      if Count > 1 then
         raise Constraint_Error with "as planned";
      end if;
   exception
      when Error : Constraint_Error =>
         Ada.Text_IO.Put_Line (Ada.Exceptions.Exception_Message (Error));
   end;
end Forms;
